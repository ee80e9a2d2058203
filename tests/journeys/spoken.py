"""What people say in each language that the pages have, and what a page in it must not say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from sifra.catalogues import SOURCE_LANGUAGE, catalogue, catalogue_path
from sifra.languages import LANGUAGES

_TELLING = 12
"""Characters. Shorter texts are words that two languages may share."""
_DIGITS = {"ar": "٠", "ckb": "٠", "fa-AF": "۰"}
"""The zero that readers of a language have on their keyboard, where it is another."""


@dataclass(frozen=True)
class Said:
    """Somebody is threatened: the words of a child, and those of the team."""

    told: str
    answered: str


_SAID = {
    "nb": Said(
        "Noen truer en gutt i klassen min etter skolen. Jeg er redd for ham.",
        "Takk for at du sa fra. Vi snakker med skolen.",
    ),
    "nn": Said(
        "Nokon trugar ein gut i klassen min etter skulen. Eg er redd for han.",
        "Takk for at du sa ifrå. Vi snakkar med skulen.",
    ),
    "en": Said(
        "Somebody threatens a boy in my class after school. I am afraid for him.",
        "Thank you for telling us. We will talk with the school.",
    ),
    "pl": Said(
        "Ktoś grozi chłopakowi z mojej klasy po szkole. Boję się o niego.",
        "Dziękujemy, że nam o tym mówisz. Porozmawiamy ze szkołą.",
    ),
    "uk": Said(
        "Хтось погрожує хлопцеві з мого класу після школи. Я боюся за нього.",
        "Дякуємо, що розповіли нам. Ми поговоримо зі школою.",
    ),
    "ar": Said(
        "هناك من يهدد ولدًا في صفي بعد المدرسة. أنا خائف عليه.",
        "شكرًا لأنك أخبرتنا. سنتحدث مع المدرسة.",
    ),
    "so": Said(
        "Qof ayaa u hanjabaya wiil fasalkayga ka mid ah dugsiga ka dib. Waan u baqayaa.",
        "Waad ku mahadsan tahay inaad noo sheegtay. Waxaan la hadli doonnaa dugsiga.",
    ),
    "ckb": Said(
        "کەسێک دوای قوتابخانە هەڕەشە لە کوڕێکی پۆلەکەم دەکات. من دەترسم.",
        "سوپاس کە پێت گوتین. ئێمە لەگەڵ قوتابخانە قسە دەکەین.",
    ),
    "lt": Said(
        "Kažkas po pamokų grasina berniukui iš mano klasės. Bijau dėl jo.",
        "Ačiū, kad mums pasakei. Pasikalbėsime su mokykla.",
    ),
    "sq": Said(
        "Dikush po kërcënon një djalë në klasën time pas shkollës. Kam frikë për të.",
        "Faleminderit që na tregove. Do të flasim me shkollën.",
    ),
    "ti": Said(
        "ሓደ ሰብ ድሕሪ ትምህርቲ ንሓደ ወዲ ክፍለይ የፈራርሖ ኣሎ። ኣነ ፈሪሀ ኣለኹ።",
        "ስለ ዝነገርካና የቐንየልና። ምስቲ ቤት ትምህርቲ ክንዛረብ ኢና።",
    ),
    "fa-AF": Said(
        "کسی بعد از مکتب یک پسر صنف ما را تهدید می‌کند. من می‌ترسم.",
        "تشکر که به ما گفتی. ما با مکتب گپ می‌زنیم.",
    ),
    "ro": Said(
        "Cineva amenință un băiat din clasa mea după școală. Mi-e frică pentru el.",
        "Mulțumim că ne-ai spus. Vom vorbi cu școala.",
    ),
    "ru": Said(
        "Кто-то угрожает мальчику из моего класса после школы. Я боюсь за него.",
        "Спасибо, что рассказали нам. Мы поговорим со школой.",
    ),
    "tr": Said(
        "Birisi okuldan sonra sınıfımdaki bir çocuğu tehdit ediyor. Onun için korkuyorum.",
        "Bize söylediğin için teşekkürler. Okulla konuşacağız.",
    ),
}


def said(tag: str) -> Said:
    """English of a language that has just been added: people write what they like."""
    return _SAID.get(tag, _SAID["en"])


def translated(tag: str, text: str) -> str:
    """A text of the public site, as its pages in a language have it."""
    return str(catalogue("reporter", tag).ugettext(text))


def typed(digits: str, tag: str) -> str:
    """A code, or a number, as somebody with the keyboard of a language types it."""
    zero = ord(_DIGITS.get(tag, "0"))
    return digits.translate({ord(str(n)): chr(zero + n) for n in range(10)})


@cache
def _norwegian(tag: str) -> tuple[str, ...]:
    """Texts of the pages that a page in ``tag`` says otherwise. English is the first to have what
    is new."""
    with catalogue_path("reporter", "en").open("rb") as file:
        ids = [message.id for message in read_po(file, locale="en")]
    texts = [text for one in ids for text in ([one] if isinstance(one, str) else one)]
    return tuple(
        text
        for text in texts
        if len(text) >= _TELLING
        and "%(" not in text
        # The two ways to write Norwegian share many a sentence.
        and not (tag == "nn" and translated(tag, text) == text)
    )


def read(page: Page, tag: str) -> str:
    """All that stands to be read in a page of ours; each run of blanks is one. The page is wholly
    in the language ``tag``, and in its direction."""
    # The last thing on it: all of it has come.
    expect(page.locator('form[action="/exit"] button')).to_be_visible()
    whole = page.evaluate(
        """() => [document.documentElement.lang, getComputedStyle(document.body).direction,
            document.body.innerText]"""
    )
    text = " ".join(str(whole[2]).split())
    assert whole[:2] == [tag, LANGUAGES[tag].direction]
    if tag != SOURCE_LANGUAGE:
        assert [one for one in _norwegian(tag) if one in text] == []
    return text
