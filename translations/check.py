"""The catalogues say what the code says.

Text is written in Norwegian (nb) in code and templates, so Norwegian needs no catalogue. Every
other language of a site has one, `translations/<language>/LC_MESSAGES/<site>.po`; text of the
shared core belongs to both sites.

A catalogue is right when it holds exactly the texts of its site, each translated, none fuzzy,
with every placeholder of the original, and when it compiles. A reader of another language must
never meet a Norwegian sentence, or a promise without its time.

    python translations/check.py            names each fault; exit 1 if there is one
    python translations/check.py --update   brings the catalogues in step with the code

    python translations/check.py --begin sq   begins the catalogue of a language for the public site
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from sifra.catalogues import catalogue_path, translated

ROOT = Path(__file__).resolve().parent.parent
SITES = ("reporter", "triage")
SHARED = "sifra"
PUBLIC_ALONE = "poster_words.py"
"""The one file of the shared core whose words are only of the public site's catalogue."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def texts_of(site: str, root: Path = ROOT) -> Catalog:
    """Every text of a site, as the code and the templates have it now."""
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
    """Add what is new, drop what is gone, keep every translation that still has its text."""
    path = catalogue_path(site, language, root / "translations")
    template = texts_of(site, root)
    if path.exists():
        catalogue = _read(path, language)
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
        catalogue = _read(path, language)
        write_mo(io.BytesIO(), catalogue)
    except (PoFileError, UnicodeError, ValueError) as error:
        return [f"{path.relative_to(root)}: cannot be compiled: {error}"]
    return [f"{path.relative_to(root)}: {fault}" for fault in _faults_in(catalogue, template)]


def all_faults(root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogues of both sites."""
    return [
        fault
        for site in SITES
        for language in translated(site, root / "translations")
        for fault in faults(site, language, root)
    ]


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


def _faults_in(catalogue: Catalog, template: Catalog) -> Iterator[str]:
    wanted = {_key(message) for message in template if message.id}
    present = {_key(message) for message in catalogue if message.id}
    for text, _ in sorted(wanted - present, key=str):
        yield f"lacks {text!r}"
    for text, _ in sorted(present - wanted, key=str):
        yield f"has {text!r}, which the code no longer has"
    for message in catalogue:
        if message.id and _key(message) in wanted:
            yield from faults_of(message, catalogue)


def faults_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with one translation, a sentence each."""
    originals, translations = _forms(message.id), _forms(message.string)
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


def _key(message: Message) -> tuple[str | tuple[str, ...], str | None]:
    text = message.id if isinstance(message.id, str) else tuple(message.id)
    return text, message.context


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _placeholders(text: str) -> set[str]:
    return {percent or brace for percent, brace in _PLACEHOLDER.findall(text)}


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the catalogues against the code.")
    parser.add_argument("--update", action="store_true", help="bring them in step first")
    if parser.parse_args().update:
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
