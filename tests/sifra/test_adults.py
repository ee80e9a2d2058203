"""Adults: what the file says of them, what they say of themselves, and who signed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra import municipality, tables
from sifra.adults import LONGEST_PROFILE, DropIn, Profile, read_profile
from sifra.card_store import CardStore
from sifra.database import create_file, file_url, open_engine, writing
from sifra.file_reading import read
from sifra.key_cards import KeyCardError, SigningKey, check_profile, profile_holder
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey
from sifra.written_hours import DAYS, Hours

MUNICIPALITY = municipality.load(municipality.shipped_path())
NURSE = "school_nurse"
SIGNING = SigningKey.generate()
_MINUTES = st.integers(0, 24 * 60 - 1)


def hours(opens: int, closes: int, days: list[str]) -> Hours:
    times = {"opens": dt.time(*divmod(opens, 60)), "closes": dt.time.max}
    if closes:
        times["closes"] = dt.time(*divmod(closes, 60))
    return read(Hours, {"days": days, **times})


_WORDS = st.dictionaries(st.sampled_from(["en", "ar"]), st.just("x")).flatmap(
    lambda more: (
        st.text('abcæ \u200f\n"\\', min_size=1)
        .filter(str.strip)
        .map(lambda said: {"nb": said, **more})
    )
)
_HOURS = (
    st.tuples(_MINUTES, _MINUTES, st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
    .filter(lambda one: one[0] != one[1])
    .map(lambda one: hours(*one))
)
PROFILES = st.builds(
    Profile,
    called=st.none() | _WORDS,
    about=st.none() | _WORDS,
    found_at=st.lists(st.sampled_from(["a", "b_2"]), unique=True).map(tuple),
    drop_in=st.lists(
        st.builds(DropIn, where=_WORDS, hours=st.lists(_HOURS, min_size=1, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    languages=st.lists(st.sampled_from(["nb", "pl", "fa-AF"]), min_size=1, unique=True).map(tuple),
    hours=st.lists(_HOURS, max_size=4).map(tuple),
)


@given(PROFILES)
def test_a_profile_reads_back_as_it_was_written(profile: Profile) -> None:
    assert read_profile(profile.text()) == profile
    found = read_profile(profile.text())
    assert found is not None
    assert found.text() == profile.text()


def test_a_profile_is_written_as_it_was_signed() -> None:
    """A draft that waits is no draft of ours if it is written otherwise."""
    profile = Profile(
        called={"nb": 'Æ "x"\n', "ar": "ممرضة"},
        found_at=("club",),
        drop_in=(DropIn(where={"nb": "Kantina"}, hours=(hours(600, 645, ["tue", "thu"]),)),),
        languages=("nb", "fa-AF"),
        hours=(hours(480, 0, ["mon"]),),
    )
    assert profile.text() == (
        '{"called":{"ar":"ممرضة","nb":"Æ \\"x\\"\\n"},"drop_in":[{"hours":[{"closes":"10:45",'
        '"days":["tue","thu"],"opens":"10:00"}],"where":{"nb":"Kantina"}}],'
        '"found_at":["club"],"hours":[{"closes":"24:00","days":["mon"],"opens":"08:00"}],'
        '"languages":["nb","fa-AF"]}'
    )


SURROGATE = '{"languages": ["nb"], "called": {"nb": "\\ud800"}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "null",
        "[" * 900,
        "[" * 15_000,
        SURROGATE,
        '{"languages": ["nb"], "always": true}',
        "x" * LONGEST_PROFILE,
    ],
    ids=["nothing", "empty", "null", "deep", "deeper", "half a sign", "an unknown part", "no JSON"],
)
def test_what_is_no_profile_is_none(text: str) -> None:
    assert read_profile(text) is None


def test_a_longer_one_than_any_is_not_even_read() -> None:
    text = Profile(languages=("nb",)).text()
    assert read_profile(text + " " * (LONGEST_PROFILE - len(text))) is not None
    assert read_profile(text + " " * (LONGEST_PROFILE + 1 - len(text))) is None


def test_a_profile_takes_the_place_of_what_the_file_says() -> None:
    profile = Profile(
        called={"nb": "Helse"},
        languages=("pl",),
        hours=(hours(8 * 60, 15 * 60, ["mon"]),),
    )
    here = MUNICIPALITY.with_profiles({NURSE: profile, "nobody": profile})
    nurse = here.adult(NURSE)
    assert nurse is not None
    assert nurse.profile() == profile
    assert nurse.found_at == ()
    assert (nurse.role, nurse.where) == (
        MUNICIPALITY.adults[1].role,
        MUNICIPALITY.adults[1].where,
    )
    assert [one for one in here.adults if one.id != NURSE] == [
        one for one in MUNICIPALITY.adults if one.id != NURSE
    ]


@pytest.mark.parametrize("with_hours", [True, False])
def test_hours_of_the_file_stand_until_a_profile_has_its_own(with_hours: bool) -> None:
    adult = replace(MUNICIPALITY.adults[0], always=True)
    own = (hours(60, 120, ["sun"]),) if with_hours else ()
    found = adult.with_profile(Profile(languages=("nb",), hours=own))
    assert found.always is not with_hours
    assert found.hours == own


def test_a_profile_without_hours_leaves_those_of_the_file() -> None:
    file = (hours(60, 120, ["sun"]),)
    adult = replace(MUNICIPALITY.adults[0], hours=file)
    assert adult.with_profile(Profile(languages=("nb",))).hours == file


@pytest.fixture
def store(tmp_path: Path) -> CardStore:
    url = file_url(tmp_path / "cases.sqlite")
    create_file(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        tables.metadata.create_all(connection)
    return CardStore(engine, KeyPins(tmp_path / "key-pins"))


def put(store: CardStore, adult: str, serial: int, text: str, by: SigningKey = SIGNING) -> None:
    store.put_profile(adult, serial, text, by.sign_profile(adult, serial, text))


TEXT = Profile(languages=("nb",)).text()


def test_a_signed_profile_counts_and_no_other(store: CardStore) -> None:
    put(store, "signed", 3, TEXT)
    put(store, "by_another", 1, TEXT, SigningKey.generate())
    store.put_profile("of_another", 3, TEXT, SIGNING.sign_profile("signed", 3, TEXT))
    store.put_profile("renumbered", 4, TEXT, SIGNING.sign_profile("renumbered", 3, TEXT))
    store.put_profile("altered", 3, TEXT + " ", SIGNING.sign_profile("altered", 3, TEXT))
    put(store, "no_profile", 1, "{}")
    found, unsigned = store.profiles(SIGNING.verifier())
    assert list(found) == ["signed"]
    assert unsigned == ["altered", "by_another", "no_profile", "of_another", "renumbered"]
    verifier = SIGNING.verifier()
    assert [store.profile_serial(one, verifier) for one in ("signed", "altered", "none")] == [
        *(3, 0, 0)
    ]


@pytest.mark.parametrize("lowest", [2, 3, 4])
def test_a_former_profile_stands_no_more(store: CardStore, lowest: int) -> None:
    put(store, NURSE, 3, TEXT)
    assert store.pins is not None
    store.pins.write(SIGNING.sign_pins({profile_holder(NURSE): lowest, "profile:other": 9}))
    found, unsigned = store.profiles(SIGNING.verifier())
    assert (NURSE in found) is (lowest <= 3)
    assert unsigned == ([] if lowest <= 3 else [NURSE])


def test_a_profile_is_no_key_card_and_no_other_adults() -> None:
    signature = SIGNING.sign_profile(NURSE, 1, TEXT)
    check_profile(NURSE, 1, TEXT, signature, SIGNING.verifier())
    for changed in (
        ("youth_club", 1, TEXT, signature),
        (NURSE, 2, TEXT, signature),
        (NURSE, 1, TEXT + " ", signature),
        (NURSE, 1, TEXT, signature[:-1] + bytes([signature[-1] ^ 1])),
        (NURSE, 1, TEXT, SIGNING.sign(NURSE, 1, PrivateKey.generate()).signature),
    ):
        with pytest.raises(KeyCardError):
            check_profile(*changed, SIGNING.verifier())


def test_the_deputy_of_the_file_reads_along_and_else_the_usual_readers() -> None:
    named = replace(MUNICIPALITY.adults[0], deputy="health_station")
    here = replace(MUNICIPALITY, adults=(named, *MUNICIPALITY.adults[1:]))
    assert here.deputies(named.id) == ("health_station",)
    assert here.deputies(NURSE) == here.default_readers
