"""A small site that says which process answers, and when what they share was made.

The file that SHARED_SITE_FAULT names keeps it from loading.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Site = Callable[[dict[str, object], StartResponse], Iterable[bytes]]


def make() -> Site:
    fault = Path(os.environ["SHARED_SITE_FAULT"])
    if fault.exists():
        match fault.read_text("utf-8"):
            case "said":
                print("municipality.toml: is wrong", file=sys.stderr)
                sys.exit(2)
            case unsaid:
                raise ValueError(unsaid)
    made, loader = secrets.token_hex(8), os.getpid()

    def serve(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            time.sleep(0.2 if os.getpid() == loader else 2)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{made} {os.getpid()}".encode()]

    return serve
