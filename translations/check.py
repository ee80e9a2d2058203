"""The catalogues say what the code says.

Text is written in Norwegian (nb) in code and templates, so Norwegian needs no catalogue. Every
other language of a site has one, `translations/<language>/LC_MESSAGES/<site>.po`; text of the
shared core belongs to both sites.

A catalogue is right when it holds exactly the texts of its site, each translated, none fuzzy,
with every placeholder, tag and number of the original, none too long for its place, in the words
of its language's glossary, and when it compiles. A reader of another language must never meet a
Norwegian sentence, a promise without its time, or another number than 112.

    python translations/check.py             names each fault; exit 1 if there is one
    python translations/check.py --update    brings the catalogues in step with the code
    python translations/check.py --compile   writes the form that the sites read, where it is old
"""

import argparse
import io
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from sifra.catalogues import SOURCE_LANGUAGE, catalogue_path, translated
from sifra.file_translations import spread, texts_within
from translations import lengths, terms

ROOT = Path(__file__).resolve().parent.parent
SITES = ("reporter", "triage")
SHARED = "sifra"
PUBLIC_ALONE = "poster_words.py"
"""The one file of the shared core whose words are only of the public site's catalogue."""

STAFF_ONLY = "rules", "danger_words", "reviewed_by"
"""The parts of the municipality's file that no page of the public site shows as text."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")
_FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_FULL_HOUR = re.compile(r"(?<=\d):00\b")
_NUMBER = re.compile(r"\d+")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_NAMED_ONE_BY_ONE = 5
"""So many texts without a translation; of a catalogue just begun the rest are only counted."""


@cache
def texts_of(site: str, root: Path = ROOT) -> Catalog:
    """Every text of a site, as the code and the templates have it when they are first asked."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    template = Catalog()
    for room in (site, SHARED):
        found = extract_from_dir(
            root / room,
            methods,
            options,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for path, line, text, comments, context in found:
            if room == SHARED and path == PUBLIC_ALONE and site != "reporter":
                continue
            place = (f"{room}/{path}", line)
            template.add(text, locations=[place], auto_comments=comments, context=context)
    return template


def update(site: str, language: str, root: Path = ROOT) -> Path:
    """Add what is new, drop what is gone, keep every translation that still has its text. The
    catalogue is begun where there is none."""
    path = catalogue_path(site, language, root / "translations")
    template = texts_of(site, root)
    if path.exists():
        catalogue = read(path, language)
    else:
        catalogue = Catalog(
            language.replace("-", "_"), header_comment=f"# Sifra: {site}, {language}", fuzzy=False
        )
        catalogue.project, catalogue.version = "Sifra", "1"
        # Nobody's name and address belongs here.
        catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
        catalogue.revision_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # Places without line numbers: a catalogue changes only when a text does.
        write_po(file, catalogue, width=100, include_lineno=False, ignore_obsolete=True)
    return path


def faults(site: str, language: str, root: Path = ROOT) -> list[str]:
    """What is wrong with one catalogue, a sentence each; empty when it is right."""
    path = catalogue_path(site, language, root / "translations")
    template = texts_of(site, root)
    if not path.exists():
        return [f"{path.relative_to(root)}: is missing"] if len(template) else []
    try:
        catalogue = read(path, language)
        write_mo(io.BytesIO(), catalogue)
    except (PoFileError, UnicodeError, ValueError) as error:
        return [f"{path.relative_to(root)}: cannot be compiled: {error}"]
    found = _faults_in(catalogue, template, lengths.tight(site, root))
    return [f"{path.relative_to(root)}: {fault}" for fault in found]


def all_faults(root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogues of both sites, and where they leave their glossaries."""
    folder = root / "translations"
    found = [
        fault
        for site in SITES
        for language in translated(site, folder)
        for fault in faults(site, language, root)
    ]
    for language in translated("reporter", folder):
        try:
            texts = list(texts_in(language, root))
        except (PoFileError, UnicodeError, ValueError):
            continue  # it is named above
        found += terms.faults(language, texts, folder / "glossary")
    return found


def texts_in(language: str, root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every Norwegian text and what it is in a language: the catalogues' and the shipped
    municipality's. Those that have no translation are left out."""
    for site in SITES:
        path = catalogue_path(site, language, root / "translations")
        if path.exists():
            for message in read(path, language):
                if message.id:
                    source = forms(message.id)[-1]
                    yield from ((source, said) for said in forms(message.string) if said)
    shipped = tomllib.loads((root / SHARED / "municipality.toml").read_text("utf-8"))
    whole = spread(shipped)[0]
    for words in texts_within(
        {name: part for name, part in whole.items() if name not in STAFF_ONLY}
    ):
        if language in words:
            yield words[SOURCE_LANGUAGE], words[language]


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it is written. PoFileError, UnicodeError or ValueError where it is none."""
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


def _faults_in(catalogue: Catalog, template: Catalog, tight: Mapping[str, str]) -> Iterator[str]:
    wanted = {_key(message) for message in template if message.id}
    present = {_key(message) for message in catalogue if message.id}
    for text, _ in sorted(wanted - present, key=str):
        yield f"lacks {text!r}"
    for text, _ in sorted(present - wanted, key=str):
        yield f"has {text!r}, which the code no longer has"
    known = [message for message in catalogue if message.id and _key(message) in wanted]
    empty = [message for message in known if not all(forms(message.string))]
    for message in empty[:_NAMED_ONE_BY_ONE]:
        yield f"{forms(message.id)[0]!r} is not translated"
    if len(empty) > _NAMED_ONE_BY_ONE:
        yield f"{len(empty) - _NAMED_ONE_BY_ONE} more of {len(known)} are not translated"
    for message in known:
        if all(forms(message.string)):
            yield from faults_of(message, catalogue)
            yield from _too_long(message, tight)


def _too_long(message: Message, tight: Mapping[str, str]) -> Iterator[str]:
    for source in forms(message.id):
        if source in tight:
            most = lengths.limit(tight[source], source)
            for said in forms(message.string):
                if (wide := lengths.width(said)) > most:
                    yield f"{source!r}: {wide} columns, a {tight[source]} has room for {most}"


def faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with one translation, a sentence each."""
    originals, translations = forms(message.id), forms(message.string)
    if message.fuzzy:
        yield f"{originals[0]!r} is fuzzy"
    if not all(translations):
        yield f"{originals[0]!r} is not translated"
        return
    for error in message.check(catalogue):
        yield f"{originals[0]!r}: {error}"
    allowed = set().union(*map(_placeholders, originals))
    for translation in translations:
        unknown = _placeholders(translation) - allowed
        # A plural form may leave the number out ("one case"); a single text leaves nothing out.
        lost = set() if message.pluralizable else allowed - _placeholders(translation)
        for name in sorted(unknown | lost):
            yield f"{originals[0]!r}: placeholder {name} differs from the original"
        for what, find in (("numbers", numbers), ("tags", _tags)):
            here, there = find(originals[-1]), find(translation)
            if here != there:
                yield f"{originals[0]!r}: has the {what} {there}, the original {here}"


def numbers(text: str) -> list[str]:
    """Each number in a text once, as it is written, in order. A full hour is one with or without
    its 00; 0 is left out, which is midnight."""
    written = _FULL_HOUR.sub("", _FILLED_IN.sub("", text))
    return sorted(set(_NUMBER.findall(written)) - {"0"})


def _tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def _key(message: Message) -> tuple[str | tuple[str, ...], str | None]:
    text = message.id if isinstance(message.id, str) else tuple(message.id)
    return text, message.context


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """A text by its plural forms: one where it does not count."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _placeholders(text: str) -> set[str]:
    return {percent or brace for percent, brace in _PLACEHOLDER.findall(text)}


def compile_old(root: Path = ROOT) -> list[Path]:
    """Write each catalogue that is newer than its compiled form; which ones were."""
    done = []
    for path in sorted((root / "translations").glob("*/LC_MESSAGES/*.po")):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        catalogue = read(path, path.parents[1].name)
        # A half-written one would be read by a site that starts meanwhile.
        fresh = compiled.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(compiled)
        done.append(path)
    return done


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the catalogues against the code.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--update", action="store_true", help="bring them in step with the code")
    what.add_argument("--compile", action="store_true", help="write what the sites read")
    wanted = parser.parse_args()
    if wanted.compile:
        compile_old()
        return 0
    if wanted.update:
        for site in SITES:
            for language in translated(site):
                print(update(site, language).relative_to(ROOT))
        return 0
    found = all_faults()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
