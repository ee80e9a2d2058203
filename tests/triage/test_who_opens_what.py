"""Over both databases: for every case and every account, what opens and what does not.

Every private key (an account's own, and each that it leads to) is tried on every wrap of every
case and of every folder, in its own place and in each other; with whatever that gives, every
message is tried. The erasure keys are all known: they are no line against staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from sifra import chains, sealing
from sifra.conversation import Sealed
from sifra.database import reading
from sifra.sealing import Kind, PrivateKey, SealError
from sifra.tables import cases
from tests.sifra.key_search import search
from tests.triage.example_office import Installation
from tests.triage.example_world import World
from triage.folder_store import FolderStore
from triage.folders import SealedFolder
from triage.keys import Unlocked
from triage.people import held_keys
from triage.staff_tables import folders

WHO = (
    "leader",
    "youth worker",
    "police",
    "child welfare",
    "interpreter",
    "auditor",
    "administrator",
    "newcomer",
)

# x: opens, whole.  .: nothing of it opens.  A folder is named by its kind after its case.
OPENS = """
                                   leader youth police child interp audit admin newcomer
youth team                              x     x      .     .      .     .     .        .
youth team, notes                       x     x      .     .      .     .     .        .
youth team, police                      x     x      x     .      .     .     .        .
youth team, police, notes               x     x      x     .      .     .     .        .
youth team, child welfare               x     x      .     x      .     .     .        .
youth team, child welfare, notes        x     x      .     x      .     .     .        .
all three                               x     x      x     x      .     .     .        .
all three, notes                        x     x      x     x      .     .     .        .
police                                  .     .      x     .      .     .     .        .
police, notes                           .     .      x     .      .     .     .        .
whole handed over                       x     x      .     x      .     .     .        .
whole handed over, handover             x     x      .     x      .     .     .        .
whole handed over, notes                x     x      .     .      .     .     .        .
summary handed over                     x     x      .     .      .     .     .        .
summary handed over, handover           x     x      x     .      .     .     .        .
summary handed over, notes              x     x      .     .      .     .     .        .
proposed                                x     x      .     .      .     .     .        .
proposed, handover                      x     x      .     .      .     .     .        .
proposed, notes                         x     x      .     .      .     .     .        .
asked                                   x     x      .     .      .     .     .        .
asked, handover                         x     x      .     .      .     .     .        .
asked, notes                            x     x      .     .      .     .     .        .
interpreted                             x     x      .     .      .     .     .        .
interpreted, interpreter                x     x      .     .      x     .     .        .
interpreted, notes                      x     x      .     .      .     .     .        .
no longer interpreted                   x     x      .     .      .     .     .        .
no longer interpreted, interpreter      x     x      .     .      .     .     .        .
no longer interpreted, notes            x     x      .     .      .     .     .        .
"""


def test_every_key_on_every_case_and_every_folder(world: World) -> None:
    assert len(world.accounts) == len(WHO)
    found = [OPENS.strip("\n").split("\n")[0]]
    names = {case_id: name for name, case_id in world.cases.items()}
    for name, case_id in world.cases.items():
        sealed = world.office.stored(case_id).sealed
        found.append(_line(name, (case_opened(sealed, keys_of(world, who)) for who in WHO)))
        kept = sorted(FolderStore(world.office.staff).of_case(case_id), key=lambda one: one.kind)
        for folder in kept:
            of = f"{names[folder.case_id]}, {folder.kind}"
            found.append(_line(of, (folder_opened(world, folder, who) for who in WHO)))
    assert found == OPENS.strip("\n").split("\n")


def test_the_table_has_every_case_and_every_folder(world: World) -> None:
    with reading(world.office.cases) as connection:
        ids = set(connection.scalars(select(cases.c.id)))
    assert ids == set(world.cases.values())
    with reading(world.office.staff) as connection:
        assert set(connection.scalars(select(folders.c.case_id))) <= ids


def test_the_pictures_key_opens_no_case_and_no_folder(world: World) -> None:
    picture = [world.office.founding.units["picture"]]
    for case_id in world.cases.values():
        assert case_opened(world.office.stored(case_id).sealed, picture) == "."
    for folder in all_folders(world.office):
        assert _folder_opened(world.office, folder, picture) == "."


def test_with_every_key_and_no_erasure_key_nothing_opens(world: World) -> None:
    every = [one for who in WHO for one in keys_of(world, who)]
    every += world.office.founding.units.values()
    for case_id in world.cases.values():
        sealed = world.office.stored(case_id).sealed
        found = search(sealed, [bytes(32)], every)
        assert (found.messages, found.summary) == (frozenset(), False)


def test_a_senders_code_opens_no_folder(world: World) -> None:
    for name, sender_key in world.senders.items():
        answer_key = world.office.sender(world.cases[name], sender_key).answer_key
        for folder in all_folders(world.office):
            assert not _entries(folder, {sender_key, answer_key})


def keys_of(world: World, who: str) -> list[PrivateKey]:
    """An account's own key, and every key that it leads to."""
    account = world.accounts[who]
    held = held_keys.held(world.office.staff, Unlocked(account.id, account.private))
    return [account.private, *(one for every in held.values() for one in every)]


def case_opened(sealed: Sealed, privates: list[PrivateKey]) -> str:
    found = search(sealed, [sealed.erasure_key], privates)
    everything = frozenset(range(len(sealed.messages)))
    if found.messages == everything and found.summary:
        return "x"
    return "?" if found.messages or found.summary else "."


def folder_opened(world: World, folder: SealedFolder, who: str) -> str:
    return _folder_opened(world.office, folder, keys_of(world, who))


def _folder_opened(office: Installation, folder: SealedFolder, privates: list[PrivateKey]) -> str:
    sealed = office.stored(folder.case_id).sealed
    opened = _entries(folder, set(_secrets(sealed, folder, privates)))
    if opened == set(range(len(folder.entries))):
        return "x"
    return "?" if opened else "."


def _secrets(case: Sealed, folder: SealedFolder, privates: list[PrivateKey]) -> Iterator[bytes]:
    """What any of the keys unwraps of the folder's or the case's wraps, under any holder's name."""
    purpose = f"folder-key.{folder.id}"
    locked = {(purpose, holder): blob for holder, blob in folder.wraps.items()}
    names = {*folder.wraps, *case.readers}
    for (use, holder), blob in {**locked, **case.wraps}.items():
        wrapped = sealing.unlock(case.erasure_key, blob, use, case.id, holder)
        for private in privates:
            for name in names:
                for tried in {use, purpose}:
                    try:
                        yield sealing.unwrap(wrapped, private, tried, case.id, name)
                    except SealError:
                        continue


def _entries(folder: SealedFolder, secrets: Iterable[bytes]) -> set[int]:
    opened = set()
    for key in secrets:
        for place, blob in chains.places(folder.id, folder.entries):
            try:
                sealing.open_message(key, blob, place, Kind)
            except SealError:
                continue
            opened.add(place.sequence)
    return opened


def all_folders(office: Installation) -> list[SealedFolder]:
    with reading(office.staff) as connection:
        ids = list(connection.scalars(select(folders.c.case_id).distinct()))
    return [folder for case_id in ids for folder in FolderStore(office.staff).of_case(case_id)]


def _line(name: str, marks: Iterable[str]) -> str:
    ends = (41, 47, 54, 60, 67, 73, 79, 88)
    line = name
    for mark, end in zip(marks, ends, strict=True):
        line = f"{line.ljust(end - 1)}{mark}"
    return line
