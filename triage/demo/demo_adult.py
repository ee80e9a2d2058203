"""The demo's trusted adult: a school nurse, with a card that a leader has approved."""

from __future__ import annotations

from collections.abc import Mapping

from sifra.adults import Profile
from sifra.clock import Clock
from sifra.file_reading import read
from sifra.municipality import Municipality
from sifra.settings import triage_settings
from triage import create_app
from triage.adults import approving, drafts
from triage.adults.drafts import Draft
from triage.keys import NewAccount, Unlocked
from triage.office import office
from triage.people import held_keys

ADULT = "school_nurse"
NURSE = ("helsesykepleier", "Helsesykepleier, Askim videregående")

_SCHOOL = "askim_videregaende"
_SCHOOL_DAYS = ("mon", "tue", "wed", "thu", "fri")
_SAID: Mapping[str, object] = {
    "called": {
        "nb": "Helsesykepleieren på Askim vgs",
        "en": "The school nurse at Askim vgs",
        "ar": "التمريض المدرسي في Askim vgs",
    },
    "about": {
        "nb": "Du kan snakke med meg om alt, stort og smått. Døra er åpen i storefri. "
        "Jeg ringer ikke hjem uten at vi to har snakket om det.",
        "en": "You can talk with me about anything, big or small. The door is open in the long "
        "break. I do not call home unless the two of us have talked about it.",
        "ar": "يمكنك التحدث معي عن أي شيء، كبيرًا كان أو صغيرًا. الباب مفتوح في الاستراحة الطويلة. "
        "لن أتصل بالبيت قبل أن نتحدث عن ذلك معًا.",
    },
    "languages": ["nb", "nn", "da", "sv", "en"],
    "hours": [{"days": _SCHOOL_DAYS, "opens": "08:00", "closes": "15:00"}],
    "drop_in": [
        {
            "where": {
                "nb": "Kontoret mitt ved biblioteket",
                "en": "My office beside the library",
                "ar": "مكتبي بجانب المكتبة",
            },
            "hours": [{"days": _SCHOOL_DAYS, "opens": "11:15", "closes": "12:00"}],
        },
        {
            "where": {
                "nb": "Hot Spot i kantina",
                "en": "Hot Spot in the canteen",
                "ar": "Hot Spot في المقصف",
            },
            "hours": [{"days": ["tue", "thu"], "opens": "10:00", "closes": "10:45"}],
        },
    ],
}
"""Invented, like all that the demo shows."""


def is_in(place: Municipality) -> bool:
    """Another municipality's file may have no such adult."""
    return place.adult(ADULT) is not None


def introduce(environ: Mapping[str, str], leader: NewAccount, nurse: NewAccount) -> None:
    """What the nurse says of themselves, approved by the leader as on the page."""
    app = create_app(triage_settings(environ))
    with app.test_request_context():
        here = office()
        schools = {one.id for one in here.municipality.schools}
        said = {**_SAID, "found_at": sorted(schools & {_SCHOOL})}
        draft = Draft(ADULT, read(Profile, said).text(), nurse.id, Clock().now())
        drafts.save(here.staff, draft)
        signing = held_keys.signing_key(here.staff, Unlocked(leader.id, leader.private))
        approving.approve(here, signing, leader.id, draft)
        here.staff.dispose()
        here.cases.dispose()
