"""What gunicorn may write: its own fixed texts, and of an exception where it went through.

By itself it logs the address and the text of a malformed request, the path of one that failed,
and tracebacks whose last line may quote what was sent. Here a text is written only if it is one
of :data:`FIXED`, whose arguments are process numbers, signals and our own addresses. A text
that a later gunicorn adds is left out until somebody has read it.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from sifra.web import quiet

FIXED = frozenset(
    {
        "Booting worker with pid: %s",
        "Can't connect to %s",
        "Connection in use: %s",
        "Handling signal: %s",
        "Invalid address: %s",
        "Listening at: %s",
        "Listening at: %s (%s)",
        "Shutting down: %s",
        "Starting gunicorn %s",
        "WORKER TIMEOUT (pid:%s)",
        "Worker (pid:%s) exited with code %s.",
        "Worker (pid:%s) was sent %s!",
        "Worker (pid:%s) was sent %s! Perhaps out of memory?",
        "Worker exiting (pid: %s)",
    }
)


class QuietLogger(Logger):
    """Takes the place of gunicorn's logger; ``deploy/gunicorn.conf.py`` names it."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        quiet.hush()
        self.access_log.disabled = True
        _quiet_the_rest()

    def critical(self, msg: object, *args: object, **kwargs: object) -> None:
        self._write(logging.CRITICAL, msg, args)

    def error(self, msg: object, *args: object, **kwargs: object) -> None:
        self._write(logging.ERROR, msg, args)

    def exception(self, msg: object, *args: object, **kwargs: object) -> None:
        self._write(logging.ERROR, msg, args)

    def warning(self, msg: object, *args: object, **kwargs: object) -> None:
        self._write(logging.WARNING, msg, args)

    def info(self, msg: object, *args: object, **kwargs: object) -> None:
        self._write(logging.INFO, msg, args)

    def debug(self, msg: object, *args: object, **kwargs: object) -> None:
        """Never: debug texts quote requests."""

    def log(self, lvl: Any, msg: object, *args: object, **kwargs: object) -> None:
        known = self.LOG_LEVELS.get(lvl.lower(), logging.INFO) if isinstance(lvl, str) else lvl
        self._write(known, msg, args)

    def access(self, resp: object, req: object, environ: object, request_time: object) -> None:
        """Never."""

    def _write(self, level: int, msg: object, args: tuple[object, ...]) -> None:
        if msg in FIXED:
            self.error_log.log(level, str(msg), *args)
            return
        fault = sys.exc_info()[1]
        if fault is not None:
            self.error_log.log(level, "a request or worker failed: %s", _where(fault))
        elif level >= logging.WARNING:
            self.error_log.log(level, "gunicorn said something that is not written")


def _where(fault: BaseException) -> str:
    if type(fault).__module__ == "gunicorn.http.errors":
        return f"malformed request ({type(fault).__name__})"
    return quiet.where(fault)


class _NamesOnly(logging.Formatter):
    """For loggers that nobody has read: who spoke, and which exception, never what was said."""

    def format(self, record: logging.LogRecord) -> str:
        fault = record.exc_info[1] if record.exc_info else None
        said = f": {quiet.where(fault)}" if fault else ""
        return f"[{record.process}] {record.levelname} from {record.name}{said}"


def _quiet_the_rest() -> None:
    """Whatever would reach stderr by a default of Python's loses its message."""
    handler = logging.StreamHandler()
    handler.setFormatter(_NamesOnly())
    handler.setLevel(logging.WARNING)
    logging.root.handlers = [handler]
    logging.captureWarnings(True)
    sys.excepthook = _report
    threading.excepthook = lambda args: _report(args.exc_type, args.exc_value, args.exc_traceback)


def _report(
    kind: type[BaseException], fault: BaseException | None, _: TracebackType | None
) -> None:
    sys.stderr.write(f"stopped by {quiet.where(fault) if fault else kind.__name__}\n")
