"""The back office."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy import select

from sifra import tables, web
from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import open_engine, reading
from sifra.erasure import ErasureKeys
from sifra.key_pins import KeyPins
from sifra.sealing import derive
from sifra.settings import TriageSettings
from sifra.web.page import Look
from triage import kept, members, wording
from triage.adults import approving
from triage.adults import card as adult_card
from triage.adults.approved import Approved

# A page module is called like its package; under its own name here it would hide the package.
from triage.audit import audit as audit_page
from triage.cases import assigning, case, export, meeting, notes
from triage.finding import incidents, queue, search
from triage.handover import handover as handover_page
from triage.handover import referral
from triage.interpreter import case_interpreters, interpreting
from triage.office import Office, office
from triage.people import inviting, joining, profile, renewing, sign_in, staff, staff_keys
from triage.people.sessions import Sessions
from triage.picture import picture as picture_page
from triage.posters import posters
from triage.rota import rota as rota_page
from triage.rota import standing
from triage.rules import coverage
from triage.rules import rules as rules_page
from triage.staff_tables import accounts

_STATIC = Path(__file__).parent / "static"


def create_app(settings: TriageSettings) -> Flask:
    """Assemble the back office."""
    app = Flask(__name__, static_folder=None)
    look = Look(
        site_name=settings.municipality.public_name,
        style=_style("style.css"),
        further_style=_style("plans.css"),
        script="",
        language=members.page_language,
    )
    web.install(app, settings, look, domain="triage", compress=False)
    engine = open_engine(settings.database_url)
    store = CaseStore(
        engine, ErasureKeys(settings.home.erasure_keys), KeyPins(settings.home.key_pins)
    )
    app.extensions["sifra"] = Office(
        settings=settings,
        staff=open_engine(settings.staff_database_url),
        cases=engine,
        store=store,
        clock=Clock.starting_at(settings.moment),
        approved=Approved(store, settings.municipality, settings.verifier),
    )
    app.session_interface = Sessions(app.extensions["sifra"].staff, secure=not settings.plain_http)
    app.config.update(
        # The secret of a token is the random value in the session; this key only signs when it
        # was made, so it need not be secret, but every process must have the same.
        WTF_CSRF_SECRET_KEY=derive(settings.verifier, "form-token").hex(),
        # A token lasts as long as its session, and Referrer-Policy keeps the referrer away.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(members.check_session)
    CSRFProtect(app)
    app.jinja_env.globals["member_or_none"] = members.member_or_none
    app.jinja_env.globals["office_languages"] = members.LANGUAGES
    kept.install(app)
    wording.install(app)
    standing.install(app)
    sign_in.install(app)
    for part in (
        queue,
        case,
        meeting,
        notes,
        assigning,
        handover_page,
        referral,
        case_interpreters,
        interpreting,
        export,
        search,
        incidents,
        rules_page,
        coverage,
        audit_page,
        staff,
        staff_keys,
        renewing,
        inviting,
        joining,
        profile,
        adult_card,
        approving,
        posters,
    ):
        app.register_blueprint(part.pages)
    rota_page.install(app)
    picture_page.install(app)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


def healthz() -> tuple[str, dict[str, str]]:
    """StoreUnavailable (503) when a database does not answer."""
    for engine, table in ((office().cases, tables.cases), (office().staff, accounts)):
        with reading(engine) as connection:
            connection.execute(select(table.c.id).limit(1))
    return "ok", {"Content-Type": "text/plain"}


def _style(name: str) -> str:
    """A style without comments and spare space: it stands in the pages themselves."""
    plain = re.sub(r"/\*.*?\*/", "", (_STATIC / name).read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s*", r"\1", " ".join(plain.split())).replace(";}", "}")
