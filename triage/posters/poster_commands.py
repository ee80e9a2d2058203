"""``sifra poster``: the same PDF as the back office's page makes, for whoever runs the machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

import click

from sifra import municipality
from sifra.languages import LANGUAGES
from sifra.poster_words import AUDIENCES
from triage.posters import drawing
from triage.posters import poster as posters
from triage.posters.drawing import Format

_FINDING, _WRONG_USE = 1, 2


def _address(_: click.Context, __: click.Parameter, written: str) -> str:
    try:
        return posters.base_address(written)
    except posters.BadAddress:
        raise click.BadParameter(
            "write the public site's address, like https://ung.example.no"
        ) from None


@click.command()
@click.option("--for", "audience", type=click.Choice(tuple(AUDIENCES)), required=True)
@click.option("--size", type=click.Choice(posters.FORMATS), default="a4", show_default=True)
@click.option("--language", type=click.Choice(tuple(LANGUAGES)), default="nb", show_default=True)
@click.option("--second", type=click.Choice(tuple(LANGUAGES)), help="One more language, below.")
@click.option("--address", required=True, callback=_address, help="The public site's.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="poster.pdf",
    show_default=True,
)
def poster(
    audience: str, size: str, language: str, second: str | None, address: str, output: Path
) -> None:
    """A poster (A4) or a sheet of pocket cards, as PDF.

    The code on it leads to the public site in --language: for a school to its start, for a club
    to the adults to talk to, for parents to who answers now. Exit 1 when fonts are missing.
    """
    chosen = os.environ.get("SIFRA_MUNICIPALITY")
    place = municipality.load(Path(chosen) if chosen else municipality.shipped_path())
    tags = [language] if second is None else [language, second]
    for option, tag in zip(("--language", "--second"), tags, strict=False):
        if tag not in place.languages:
            raise click.BadParameter("not among the file's languages", param_hint=option)
    if second == language:
        raise click.BadParameter("must not be --language", param_hint="--second")
    try:
        made = drawing.draw(posters.sheet(place, audience, cast(Format, size), tags, address))
        output.write_bytes(made)
    except drawing.FontsMissing as missing:
        _stop(str(missing), _FINDING)
    except drawing.DoesNotFit as fault:
        _stop(f"the texts do not fit on the paper: {fault}", _FINDING)
    except OSError as fault:
        _stop(f"--output: {fault.strerror or fault}", _WRONG_USE)
    click.echo(output)


def _stop(why: str, status: int) -> None:
    click.echo(why, err=True)
    sys.exit(status)
