"""A whole team with cases of every set of readers: for the proofs of who may open what.

Everything is done as people do it: by the pages, with a browser for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Flask
from sqlalchemy import delete, select

from sifra.database import reading, writing
from sifra.key_cards import PICTURE
from sifra.sealing import PrivateKey
from tests.triage.example_interpreter import interpreter, let_in, translates
from tests.triage.example_office import CHEAP, Browser, Installation
from triage import keys
from triage.keys import NewAccount
from triage.staff_tables import handovers, unit_keys

TIPS = {
    "youth team": ("youth_team",),
    "youth team, police": ("police", "youth_team"),
    "youth team, child welfare": ("child_welfare", "youth_team"),
    "all three": ("child_welfare", "police", "youth_team"),
    "police": ("police",),
}
"""Cases by what the sender chose."""

WORDS = {
    "tip": "tipsordetzæ",
    "answer": "svarordetzæ",
    "note": "notatordetzæ",
    "label": "merkelappzæ",
    "summary": "sammendragzæ",
    "reason": "grunnordzæ",
    "reply": "tilbakezæ",
    "translation": "oversattzæ",
    "told": "telefonordzæ",
    "incident": "hendelsezæ",
    "export": "journalordzæ",
}
"""A word that stands in what is written of each kind, and nowhere else."""


@dataclass
class World:
    office: Installation
    app: Flask
    accounts: Mapping[str, NewAccount]
    """By what they are: see :func:`team`."""
    cases: dict[str, str] = field(default_factory=dict)
    """Ids by what happened to them; see :data:`TIPS` for the others."""
    senders: dict[str, bytes] = field(default_factory=dict)
    handovers: dict[str, str] = field(default_factory=dict)
    """Folders by the name of the case."""
    interpreters: dict[str, str] = field(default_factory=dict)
    incident: str = ""
    """That the first case belongs to."""
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, who: str) -> Browser:
        """Signed in, once."""
        if who not in self.browsers:
            made = Browser(self.app.test_client(), self.office)
            made.sign_in(self.accounts[who])
            self.browsers[who] = made
        return self.browsers[who]

    def tip(self, name: str, readers: tuple[str, ...], **facts: str) -> str:
        text = f"{name}: {WORDS['tip']}"
        case_id, sender_key = self.office.tip(text, readers=readers, **facts)  # type: ignore[arg-type]
        self.cases[name], self.senders[name] = case_id, sender_key
        return case_id

    def act(self, who: str, path: str, status: int = 200, /, **fields: str) -> Browser:
        """Post to ``path`` from the page of the case that it belongs to, with a good code."""
        browser = self.browser(who)
        case_id = path.split("/")[2]
        browser.get(f"/cases/{case_id}")
        seen = str(len(self.office.stored(case_id).sealed.messages))
        code = self.office.code(self.accounts[who])
        browser.post(path, status, **{"seen": seen, "code": code, **fields})
        return browser

    def notes(self, name: str, who: str = "youth worker") -> None:
        here = f"/cases/{self.cases[name]}"
        self.act(who, f"{here}/notes", note=f"{name}: {WORDS['note']}")
        self.act(who, f"{here}/labels", label=WORDS["label"])

    def hand_over(self, name: str, to: str, goes: str, ground: str) -> str:
        case_id = self.cases[name]
        self.act(
            "youth worker",
            f"/cases/{case_id}/handover",
            to=to,
            goes=goes,
            text=WORDS["summary"] if goes == "summary" else "",
            language="nb",
            ground=ground,
            reason=WORDS["reason"],
        )
        with reading(self.office.staff) as connection:
            query = select(handovers.c.folder_id).where(handovers.c.case_id == case_id)
            self.handovers[name] = str(connection.execute(query).scalar_one())
        return self.handovers[name]

    def let_interpreter_in(self, name: str) -> str:
        account = self.accounts["interpreter"]
        staff = self.browser("leader")
        self.interpreters[name] = let_in(staff, self.cases[name], account)
        return self.interpreters[name]


def team(office: Installation, app: Flask) -> World:
    """The people: nobody of them reads for two units."""
    office = _with_unit(office, "child_welfare")
    with writing(office.staff) as connection:
        connection.execute(
            delete(unit_keys).where(
                unit_keys.c.account_id == office.leader.id,
                unit_keys.c.unit.not_in(["youth_team", PICTURE]),
            )
        )
    newcomer = keys.new_account(
        office.staff, username="ny", display="Ungdomskontakt", role="reader", cost=CHEAP
    )
    return World(
        office,
        app,
        {
            "leader": office.leader,
            "youth worker": office.member("ungdom", "youth_team"),
            "police": office.member("politi", "police"),
            "child welfare": office.member("barnevern", "child_welfare"),
            "interpreter": interpreter(office),
            "auditor": office.member("revisor", role="auditor"),
            "administrator": office.member("drift", role="administrator"),
            "newcomer": newcomer,
        },
    )


def _with_unit(office: Installation, unit: str) -> Installation:
    """One more unit that has a key. The founding is shared by all tests, and stays as it is."""
    private = PrivateKey.generate()
    office.store.put_card(office.founding.signing.sign(unit, 1, private))
    units = {**office.founding.units, unit: private}
    return replace(office, founding=replace(office.founding, units=units))


def worked(world: World) -> World:
    """After a week: tips of every set of readers, handed over, translated and taken out."""
    for name, readers in TIPS.items():
        world.tip(name, readers)
        world.notes(name, "police" if readers == ("police",) else "youth worker")
    first = f"/cases/{world.cases['youth team']}"
    page = world.act("youth worker", f"{first}/incident", into="new", title=WORDS["incident"])
    found = re.search(r"/incidents/([0-9a-f]{32})", str(page.page))
    assert found is not None
    world.incident = found[1]
    world.act("youth worker", f"{first}/told", whom="police_emergency", said=WORDS["told"])
    world.act("youth worker", f"{first}/answer", text=WORDS["answer"], language="nb")
    for name in ("whole handed over", "summary handed over", "proposed", "asked"):
        world.tip(name, ("youth_team",))
        world.notes(name)
    world.hand_over("whole handed over", "child_welfare", "whole", "danger_to_life")
    world.hand_over("summary handed over", "police", "summary", "danger_to_life")
    world.hand_over("proposed", "police", "whole", "avert_crime")
    world.hand_over("asked", "police", "whole", "consent")
    for name in ("interpreted", "no longer interpreted"):
        world.tip(name, ("youth_team",), language="uk")
        world.notes(name)
        folder = world.let_interpreter_in(name)
        desk = world.browser("interpreter")
        desk.get(f"/interpreting/{folder}")
        translates(desk, folder, 0, {0: WORDS["translation"]})
    ended = f"/cases/{world.cases['no longer interpreted']}/interpreter/end"
    world.act("leader", ended, folder=world.interpreters["no longer interpreted"])
    for name in ("interpreted", "no longer interpreted", "whole handed over"):
        office, case_id = world.office, world.cases[name]
        office.writes_more(case_id, world.senders[name], f"etterpå: {WORDS['tip']}")
    return world
