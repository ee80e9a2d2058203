"""What gunicorn serves: ``wsgi:reporter()`` and ``wsgi:triage()``, in processes of their own.

Each imports its own site only, inside the function: the public process must hold nothing of the
back office, and runs with ``triage/`` deleted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sifra.municipality import BadConfiguration

if TYPE_CHECKING:
    from flask import Flask

BAD_CONFIGURATION = 2
"""The exit status when the site does not start on what the operator wrote; gunicorn's own is 3."""


def reporter() -> Flask:
    """The public site, from the environment, warm: one worker makes it and forks the others."""
    from reporter import create_app
    from reporter.warming import warm
    from sifra.settings import reporter_settings

    app = create_app(_or_exit(lambda: reporter_settings(os.environ)))
    warm(app)
    return app


def triage() -> Flask:
    """The back office, from the environment."""
    from sifra.settings import triage_settings
    from triage import create_app

    return create_app(_or_exit(lambda: triage_settings(os.environ)))


_T = TypeVar("_T")


def _or_exit(read: Callable[[], _T]) -> _T:
    try:
        return read()
    except BadConfiguration as bad:
        for fault in bad.faults:
            print(fault, file=sys.stderr)
        sys.exit(BAD_CONFIGURATION)
