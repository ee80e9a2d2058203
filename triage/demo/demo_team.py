"""The demo's team, and what it has done: through the same doors that the pages use.

A leader and a youth worker of the youth team, a police contact, an interpreter, and a school nurse
whom the young may ask for a talk. What they have written beside the example cases shows every part
of the back office at work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import update

from sifra.case_store import CaseStore
from sifra.database import open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.key_pins import KeyPins
from sifra.settings import InstallationSettings, triage_settings
from triage import create_app, installing
from triage.cases import assignments
from triage.cases.case_files import OpenCase, lines, open_case
from triage.cases.case_sheet import sheet
from triage.cases.notebook import notebook
from triage.demo import demo_adult
from triage.finding import incident_files, register
from triage.handover import handovers
from triage.handover.handover_rules import CONSENT, Proposal
from triage.interpreter import interpreters, translating
from triage.keys import NewAccount, Unlocked
from triage.members import Member
from triage.office import office
from triage.staff_tables import accounts

LEADER = ("leder", "Leder, ungdomsteamet")
_YOUTH_WORKER = ("ungdomskontakt", "Ungdomskontakt, Askim ungdomsskole")
_POLICE = ("politi", "Politikontakt")
_INTERPRETER = ("tolk", "Tolk, ukrainsk og tigrinja")
_SPOKEN = "uk ti"
_DAY = 24 * 3600
_EVENT = ("5" * 32, "Slåsskamp på Måsan fredag")


@dataclass(frozen=True, slots=True)
class Team:
    """As just made: the only time that the passphrases are known."""

    leader: NewAccount = field(repr=False)
    youth_worker: NewAccount = field(repr=False)
    police: NewAccount = field(repr=False)
    interpreter: NewAccount = field(repr=False)
    nurse: NewAccount | None = field(repr=False)
    """None where the file has no such adult."""

    @property
    def accounts(self) -> tuple[NewAccount, ...]:
        """The one to begin with first."""
        nurse = (self.nurse,) if self.nurse else ()
        return self.youth_worker, self.leader, self.police, *nurse, self.interpreter


def gather(settings: InstallationSettings, leader: NewAccount) -> Team:
    """Let the others in, as `sifra staff add` does. The police contact is the first of their unit,
    and so gets its key alone."""
    staff, cases = open_engine(settings.staff_database_url), open_engine(settings.database_url)
    home = settings.home
    store = CaseStore(cases, ErasureKeys(home.erasure_keys), KeyPins(home.key_pins))

    def colleague(who: tuple[str, str], unit: str, role: str = "reader") -> NewAccount:
        username, display = who
        account, _ = installing.add_member(
            staff,
            store,
            Unlocked(leader.id, leader.private),
            unit,
            username=username,
            display=display,
            role=role,
        )
        return account

    try:
        team = Team(
            leader,
            colleague(_YOUTH_WORKER, "youth_team"),
            colleague(_POLICE, "police"),
            colleague(_INTERPRETER, "", "interpreter"),
            colleague(demo_adult.NURSE, demo_adult.ADULT)
            if demo_adult.is_in(settings.municipality)
            else None,
        )
        with writing(staff) as connection:
            here = accounts.c.id == team.interpreter.id
            connection.execute(update(accounts).where(here).values(languages=_SPOKEN))
    finally:
        staff.dispose()
        cases.dispose()
    return team


def work(environ: Mapping[str, str], team: Team) -> None:
    """What the team has written by now, on the cases that are there."""
    app = create_app(triage_settings(environ))
    with app.test_request_context():
        _Work(_member(team.youth_worker, _YOUTH_WORKER, "reader"), team).do()
        office().staff.dispose()
        office().cases.dispose()


@dataclass(frozen=True, slots=True)
class _Work:
    member: Member
    team: Team

    def do(self) -> None:
        self._debt(self._case("debt", "nb"))
        self._pills(self._case("friend", "ar"))
        self._robbery(self._case("robbery", "nb"))
        self._fight(self._case("planned_fight", "nb"), self._case("exposed", "en"))
        self._beaten(self._case("violence", "uk"))

    def _debt(self, case: OpenCase) -> None:
        """Answered; the sender is asked whether the police contact may be told."""
        assignments.assign(office().staff, case.case.clear.id, self.member.id, None, self._now)
        self._note(case, "label", label="gjeld")
        self._note(case, "label", label="vape")
        self._note(case, "level", level="selective")
        self._note(case, "follow_up", on=self._in_days(7))
        self._note(
            case,
            "note",
            text="Snakket med helsesykepleieren om rommet på torsdag. Hun holder det ledig.",
        )
        proposal = self._proposal(
            CONSENT,
            "En ungdom er redd for en eldre gutt som krever penger for vapes, og som har sagt at "
            "han kommer hjem. Vi ønsker råd om hvordan vi kan trygge ungdommen.",
            "Politikontakten kjenner saken fra før og kan snakke med gutten uten å si hvem som "
            "har sagt noe.",
        )
        handovers.ask(self.member, case, handovers.propose(self.member, case, proposal))

    def _pills(self, case: OpenCase) -> None:
        """Danger to life: told by telephone, handed over at once, and nobody has looked since."""
        self._note(case, "told", whom="ambulance", said="Ringte 113. De sendte bil.")
        proposal = self._proposal(
            "danger_to_life",
            "En jente på 15 har tatt mange piller og svarer ikke. Hun er alene hjemme. 113 er "
            "varslet.",
            "Fare for liv. Politiet måtte hjelpe ambulansen inn.",
            at_once=True,
        )
        handovers.make(self.member, case, handovers.propose(self.member, case, proposal))

    def _robbery(self, case: OpenCase) -> None:
        """Withdrawn; a second person is asked."""
        proposal = self._proposal(
            "avert_crime",
            "En gruppe på torget i Askim har tvunget til seg en jakke og ydmyket en gutt mens "
            "andre filmet. Det kan skje igjen.",
            "Ran, og flere har meldt om den samme gruppen. Vi mener plikten til å avverge gjelder.",
        )
        handovers.propose(self.member, case, proposal)

    def _fight(self, *cases: OpenCase) -> None:
        """Two tips on one event."""
        for case in cases:
            incident_files.put_in(self.member, case, *_EVENT)

    def _beaten(self, case: OpenCase) -> None:
        """Unread, and an interpreter has translated it."""
        account = self.team.interpreter
        chosen = next(one for one in interpreters.candidates("uk") if one.account == account.id)
        interpreters.let_in(self.member, case, chosen, self._now + 14 * _DAY)
        interpreter = _member(account, _INTERPRETER, "interpreter")
        [task], _ = translating.tasks(interpreter)
        translating.translate(
            interpreter,
            task.id,
            0,
            "De slår meg etter skolen ved stasjonen, de samme guttene hver dag. Vær så snill, ikke "
            "si det til mamma.",
        )

    def _proposal(
        self, ground: str, summary: str, reason: str, *, at_once: bool = False
    ) -> Proposal:
        return Proposal(
            to="police",
            whole=False,
            ground=ground,
            at_once=at_once,
            by="youth_team",
            account=self.member.id,
            at=self._now,
            reason=reason,
            summary=summary,
            language="nb",
        )

    def _note(self, case: OpenCase, what: str, **said: str) -> None:
        notebook(self.member, case).add(self.member, what, **said)
        register.put(self.member, case, sheet(notebook(self.member, case).entries))

    def _case(self, topic: str, language: str) -> OpenCase:
        found = lines(self.member.unit_keys(), closed=False, after=None, limit=100)
        return next(
            open_case(self.member, line.case.clear.id)
            for line in found
            if line.summary
            and (line.summary.get("topic"), line.summary.get("language")) == (topic, language)
        )

    def _in_days(self, days: int) -> str:
        moment = dt.datetime.fromtimestamp(self._now, office().municipality.zone)
        return (moment.date() + dt.timedelta(days=days)).isoformat()

    @property
    def _now(self) -> int:
        return office().clock.now()


def _member(account: NewAccount, who: tuple[str, str], role: str) -> Member:
    return Member(account.id, who[1], role, "nb", Unlocked(account.id, account.private))
