"""A small site that fails in every way that could put what somebody sent into a log."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Answer = Iterable[bytes]


def make() -> Callable[[dict[str, object], StartResponse], Answer]:
    return _serve


def _serve(environ: dict[str, object], start_response: StartResponse) -> Answer:
    said = f"{environ['PATH_INFO']} from {environ['REMOTE_ADDR']}"
    match str(environ["PATH_INFO"]).split("/")[1]:
        case "raise":
            raise ValueError(said)
        case "warn":
            warnings.warn(said, stacklevel=1)
        case "log":
            logging.getLogger("some.library").error("failed: %s", said)
            try:
                raise ValueError(said)
            except ValueError:
                logging.getLogger("some.other").exception(said)
        case "thread":
            thread = threading.Thread(target=_fail, args=(said,))
            thread.start()
            thread.join()
        case "header":
            start_response("200 OK", [("X-Said", f"{said}\n")])
        case "half":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return _half(said)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def _fail(said: str) -> None:
    raise RuntimeError(said)


def _half(said: str) -> Iterator[bytes]:
    yield b"half"
    raise OSError(said)
