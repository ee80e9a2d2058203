"""The demo's example cases, stored through the same doors that the two sites use."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from sifra import conversation, return_code
from sifra.case_store import HOUR, CaseStore, Clear, State, StoredCase, hour_of
from sifra.conversation import ReaderView, SenderView
from sifra.file_parts import Part
from sifra.file_reading import read
from sifra.promise_rows import Promise
from sifra.return_code import CodeKeys
from sifra.routing import Facts, Routing, RuleBook, decide
from sifra.sealing import Kind, PrivateKey
from sifra.settings import ReporterSettings

READER = "youth_team"
_DAY = 24 * HOUR
_OFFICE_HOURS = range(8, 15)
_EXCERPT_BYTES = 240
_SECRET_BYTES = 32
_AFTER = {"read": State.READ, "answer": State.ANSWERED, "closed": State.CLOSED}


class Step(Part):
    """What followed. Hours count from the step before."""

    kind: Literal["read", "answer", "more", "withdrawn", "closed"]
    hours_later: int = 1
    text: str = ""


class Example(Part):
    """``adult``, ``contact`` and what follows are of a talk, or of a parent to be called."""

    lane: Literal["tip", "talk", "parent"] = "tip"
    language: str
    danger: str
    topic: str
    urgency: str
    place: str
    text: str
    adult: str = ""
    contact: str = ""
    when: str = ""
    spoken: str = ""
    interpreter: str = ""
    number: str = ""
    hours_ago: int | None = None
    days_ago: int = 0
    at: int = 12
    code: bool = True
    show_code: bool = False
    repeat_to: int = 0
    then: tuple[Step, ...] = ()

    @property
    def written(self) -> str:
        text = self.text.strip()
        if self.repeat_to:
            text = f"{text}\n" * (self.repeat_to // len(text) + 1)
        return text[: self.repeat_to or None]

    @property
    def facts(self) -> dict[str, str]:
        """What was ticked: that of a lane alone only where it was."""
        usual = ("danger", "topic", "urgency", "place", "language", "lane")
        asked = ("adult", "contact", "spoken", "interpreter")
        said = {name: getattr(self, name) for name in (*usual, *asked)}
        return {name: one for name, one in said.items() if one or name in usual}

    @property
    def words(self) -> dict[str, str]:
        return {"text": self.written, **({"when": self.when} if self.when else {})}

    @property
    def routing_facts(self) -> Facts:
        facts = Facts(self.lane, self.danger, self.topic, self.urgency, language=self.language)
        return replace(facts, adult=self.adult)

    def received(self, moment: dt.datetime) -> int:
        """The whole hour it came in, in Unix seconds, when it is ``moment`` now."""
        if self.hours_ago is not None:
            return hour_of(moment.timestamp() - self.hours_ago * HOUR)
        day = moment.date() - dt.timedelta(days=self.days_ago)
        return hour_of(dt.datetime.combine(day, dt.time(self.at), moment.tzinfo).timestamp())


def examples() -> tuple[Example, ...]:
    """The data file that comes with Sifra."""
    raw = tomllib.loads((files("triage.demo") / "demo_cases.toml").read_text("utf-8"))
    return tuple(read(Example, one) for one in raw["cases"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A return code for trying the mailbox, in its two spellings."""

    words: str = field(repr=False)
    digits: str = field(repr=False)


def plant(
    store: CaseStore,
    settings: ReporterSettings,
    unit: PrivateKey,
    moment: dt.datetime,
) -> Shown:
    """Store every example as if it were ``moment`` (with a zone); gives the code to show.

    ``unit`` is the private key of the unit that answers.
    """
    profiles, _ = store.profiles(settings.verifier)
    book = settings.municipality.with_profiles(profiles).rule_book()
    planter = _Planter(store, settings, unit, moment.astimezone(settings.municipality.zone), book)
    shown = None
    for example in examples():
        shown = planter.plant(example) or shown
    if shown is None:
        raise ValueError("demo_cases.toml: no case has show_code")
    return shown


@dataclass(frozen=True, slots=True)
class _Planter:
    store: CaseStore
    settings: ReporterSettings
    unit: PrivateKey = field(repr=False)
    moment: dt.datetime
    book: RuleBook

    def plant(self, example: Example) -> Shown | None:
        secret = return_code.drawn_from(os.urandom(_SECRET_BYTES)) if example.code else None
        code = None if secret is None else return_code.keys(secret, self.settings.pepper)
        self._send(example, code)
        if secret is None or not example.show_code:
            return None
        return Shown(return_code.as_words(secret, example.language), return_code.as_digits(secret))

    def _send(self, example: Example, code: CodeKeys | None) -> None:
        received = example.received(self.moment)
        routing = self._routing(example, received)
        promise = Promise.of(routing, received)
        number = self.store.reserve() if example.number else None
        sealed = conversation.begin(
            {**example.facts, **example.words, "hour": received},
            {
                **example.facts,
                "excerpt": conversation.excerpt(example.written),
                "code": "yes" if code else "no",
            },
            self.store.public_keys(routing.readers, self.settings.verifier),
            code.sender_key if code else None,
            contact=(example.number, number) if number else None,
        )
        clear = Clear(
            id=sealed.id,
            lane=example.lane,
            state=State.NEW,
            received=received,
            read_by=promise.read_by,
            promised=promise.promised,
            retention_days=self.settings.municipality.retention.days,
        )
        mark = os.urandom(_SECRET_BYTES)
        lookup_id = code.lookup_id if code else None
        expires = received + _DAY
        self.store.deposit(clear, sealed, lookup_id, mark, expires, promise.asked, contact=number)
        hour = received
        for step in example.then:
            hour = self._hour_of(step, hour)
            stored = self.store.find(sealed.id)
            if stored is None:
                raise ValueError("the case was not stored")
            if step.kind in ("more", "withdrawn"):
                if code is None:
                    raise ValueError("who has no code cannot come back")
                self._come_back(stored, step, hour, example, code)
            else:
                self._answer(stored, step, hour)

    def _come_back(
        self, stored: StoredCase, step: Step, hour: int, example: Example, code: CodeKeys
    ) -> None:
        sender = SenderView.open(stored.sealed, code.sender_key)
        if step.kind == "withdrawn":
            age = (hour - stored.clear.received) // _DAY
            held = self.settings.municipality.retention.withdrawn_held
            self.store.end_access(sender.withdrawn({"hour": hour}), age + 1 + held, hour)
            return
        public = self.store.public_keys(stored.sealed.readers, self.settings.verifier)
        body: dict[str, str | int] = {"text": step.text, "language": example.language, "hour": hour}
        promise = Promise.of(self._routing(example, hour), hour)
        self.store.add(sender.more(body, public), State.MORE, promise=promise)

    def _routing(self, example: Example, hour: int) -> Routing:
        """An adult without a key is told of by nobody; then the usual unit reads."""
        facts = example.routing_facts
        if facts.adult and not self.store.card_holders([facts.adult]):
            facts = replace(facts, adult="")
        return decide(facts, dt.datetime.fromtimestamp(hour, dt.UTC), self.book)

    def _answer(self, stored: StoredCase, step: Step, hour: int) -> None:
        body: dict[str, str | int] = {"hour": hour, "by": READER}
        if step.kind == "answer":
            body |= {"text": step.text.strip(), "language": "nb"}
        view = ReaderView.open(stored.sealed, READER, self.unit)
        addition = view.add(Kind(step.kind), body)
        self.store.add(addition, _AFTER[step.kind], read_by_unit=READER, now=hour)

    def _hour_of(self, step: Step, before: int) -> int:
        """When a step was taken: staff in office hours, and nobody after the moment."""
        hour = before + step.hours_later * HOUR
        if step.kind not in ("more", "withdrawn"):
            while not _in_office(hour, self.settings.municipality.zone):
                hour += HOUR
        return min(hour, hour_of(self.moment.timestamp()))


def _in_office(hour: int, zone: ZoneInfo) -> bool:
    local = dt.datetime.fromtimestamp(hour, zone)
    return local.weekday() < 5 and local.hour in _OFFICE_HOURS
