"""Begins a language: its catalogue and its glossary, both empty, and what to do next.

python translations/begin.py it    exit 2 where that cannot be begun
"""

import argparse
import sys
from pathlib import Path

from babel import Locale, UnknownLocaleError

from sifra.catalogues import SOURCE_LANGUAGE, catalogue_path
from translations import check, terms


class CannotBegin(ValueError):
    """Not a language that one can begin; the message says why."""


def begin(tag: str, root: Path = check.ROOT) -> str:
    """Begin a language: its catalogue of the public site, with the plural forms that gettext has
    for it, and its glossary. What to do next, in words. CannotBegin where ``tag`` (BCP 47) is no
    language that Babel knows, or is there already."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        raise CannotBegin(
            f"{tag!r} is no language that Babel knows: make language LANG=it, or =fa-AF"
        ) from None
    if str(locale).replace("_", "-") != tag:
        raise CannotBegin(f"{tag!r} is written {str(locale).replace('_', '-')!r}")
    if tag == SOURCE_LANGUAGE:
        raise CannotBegin(f"{tag!r} is what the texts are written in")
    if catalogue_path("reporter", tag, root / "translations").exists():
        raise CannotBegin(f"{tag!r} is there already: make messages brings it in step")
    name = (locale.get_language_name(SOURCE_LANGUAGE) or tag).lower()
    glossary = terms.glossary_path(tag, root / "translations" / "glossary")
    if not glossary.exists():
        glossary.write_text(terms.blank(tag, name), "utf-8")
    catalogue = check.update("reporter", tag, root)
    return NEXT.format(
        name=name,
        tag=tag,
        glossary=glossary.relative_to(root),
        catalogue=catalogue.relative_to(root),
        forms=check.read(catalogue, tag).num_plurals,
    )


NEXT = """Begun: {name} ({tag}). docs/translating.md tells more.

1. {glossary}: what each term is called, and by what it is known.
2. {catalogue}: a translation under each text; {forms} forms where the text counts.
3. make check: names what is not translated yet, and what is not right.
4. municipality.toml: {tag} in `languages`, the municipality's own texts under [translations.{tag}].
5. make demo: the pages in it. make pages: each text beside pictures of where it stands.
6. Somebody who has not seen the Norwegian reads it back, line by line: docs/languages.md.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Begins a language.")
    parser.add_argument("tag", help="BCP 47, such as it or fa-AF")
    try:
        print(begin(parser.parse_args().tag))
    except CannotBegin as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
