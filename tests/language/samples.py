"""What senders write and staff answer, in each language. One without a line takes the Norwegian."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """``urgent`` has a word of danger in it, ``calm`` has none."""

    urgent: str
    calm: str
    answer: str


_SAMPLES = {
    "nb": Sample(
        "Noen har med kniv på skolen på fredag.",
        "Noen røyker bak skolen.",
        "Takk. Vi snakker med skolen.",
    ),
    "nn": Sample(
        "Nokon har med kniv på skulen på fredag.",
        "Nokon røykjer bak skulen.",
        "Takk. Vi snakkar med skulen.",
    ),
    "en": Sample(
        "Somebody brings a knife to school on Friday.",
        "Some smoke behind the school.",
        "Thank you. We talk with the school.",
    ),
    "pl": Sample(
        "W piątek ktoś przyjdzie do szkoły z nożem.",
        "Ktoś pali za szkołą.",
        "Dziękujemy. Porozmawiamy ze szkołą.",
    ),
    "uk": Sample(
        "У п’ятницю хтось прийде до школи з ножем.",
        "Хтось курить за школою.",
        "Дякуємо. Ми поговоримо зі школою.",
    ),
    "ar": Sample(
        "أحدهم يحضر سكينًا إلى المدرسة يوم الجمعة.",
        "بعضهم يدخن خلف المدرسة.",
        "شكرًا. سنتحدث مع المدرسة.",
    ),
    "so": Sample(
        "Qof baa jimcaha mindi u keenaya iskuulka.",
        "Qaar baa sigaar ku caba iskuulka gadaashiisa.",
        "Mahadsanid. Iskuulka ayaan la hadli doonnaa.",
    ),
    "ckb": Sample(
        "کەسێک ڕۆژی هەینی چەقۆ دەهێنێت بۆ قوتابخانە.",
        "هەندێک لە پشتی قوتابخانە جگەرە دەکێشن.",
        "سوپاس. قسە لەگەڵ قوتابخانە دەکەین.",
    ),
    "lt": Sample(
        "Kažkas penktadienį atsineš peilį į mokyklą.",
        "Kažkas rūko už mokyklos.",
        "Ačiū. Pakalbėsime su mokykla.",
    ),
    "sq": Sample(
        "Dikush do të sjellë thikë në shkollë të premten.",
        "Disa pinë cigare prapa shkollës.",
        "Faleminderit. Do të flasim me shkollën.",
    ),
    "ti": Sample(
        "ሓደ ሰብ ዓርቢ ካራ ሒዙ ናብ ቤት ትምህርቲ ክመጽእ እዩ።",
        "ገለ ሰባት ኣብ ድሕሪ ቤት ትምህርቲ ሽጋራ የትክኹ።",
        "የቐንየልና። ምስ ቤት ትምህርቲ ክንዛረብ ኢና።",
    ),
    "fa-AF": Sample(
        "یک نفر روز جمعه با خود چاقو به مکتب می‌آورد.",
        "بعضی‌ها پشت مکتب سگرت می‌کشند.",
        "تشکر. با مکتب گپ می‌زنیم.",
    ),
    "ro": Sample(
        "Cineva vine vineri la școală cu un cuțit.",
        "Unii fumează în spatele școlii.",
        "Mulțumim. Vorbim cu școala.",
    ),
    "ru": Sample(
        "В пятницу кто-то придёт в школу с ножом.",
        "Кто-то курит за школой.",
        "Спасибо. Мы поговорим со школой.",
    ),
    "tr": Sample(
        "Cuma günü biri okula bıçak getirecek.",
        "Bazıları okulun arkasında sigara içiyor.",
        "Teşekkürler. Okulla konuşacağız.",
    ),
}


def sample(language: str) -> Sample:
    return _SAMPLES.get(language, _SAMPLES["nb"])
