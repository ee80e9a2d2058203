"""How gunicorn serves either site: ``gunicorn -c deploy/gunicorn.conf.py "wsgi:reporter()"``.

WEB_CONCURRENCY sets the number of worker processes and SIFRA_THREADS the threads of each.
Where it listens is said by ``--bind``.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from sifra.serving.workers import LoadingWorker, keep_shared


def _count(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdecimal() and 0 < int(value) < 1000):
        print(f"{name}: {value!r} is no number from 1 to 999", file=sys.stderr)
        sys.exit(2)
    return int(value)


# gunicorn watches over one worker, which forks the others when it has loaded the site. The hourly
# secret of the limits lies in memory that they share, so it must be there before. (The counts are
# each process's own, unless SIFRA_LIMITER_STORAGE says Redis.)
workers = 1
LoadingWorker.processes = _count("WEB_CONCURRENCY", 2)
worker_class = LoadingWorker
threads = _count("SIFRA_THREADS", 2)

# --- memory ------------------------------------------------------------------------------------
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_TUNABLE = "glibc.malloc.hugetlb"
_STARTED_ANEW = "SIFRA_STARTED_ANEW"
_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def _has_huge_pages() -> bool:
    """Linux would give memory in pages of 2 MiB, and glibc can ask for them (2.35)."""
    try:
        version = (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ").split(".")
        return [int(part) for part in version] >= [2, 35] and not _HUGE_PAGES.read_text().endswith(
            "[never]\n"
        )
    except (OSError, ValueError):
        return False


# Each Argon2id run takes 8 MiB. Kept in the heap they are broken up by what comes after, and the
# next run takes 8 more; given back each time they cost two thousand page faults, unless pages
# are huge. glibc reads its tunables at the start alone, so the program is started once more: the
# process is remembered, because a Python that was given capabilities loses its tunables each time.
if _has_huge_pages():
    _tunables, _itself = os.environ.get("GLIBC_TUNABLES", ""), str(os.getpid())
    if _TUNABLE not in _tunables and os.environ.get(_STARTED_ANEW) != _itself:
        os.environ[_STARTED_ANEW] = _itself
        # Where in its line an instruction stands is of use to nobody but who writes the code.
        os.environ["PYTHONNODEBUGRANGES"] = "1"
        os.environ["GLIBC_TUNABLES"] = ":".join(filter(None, [_tunables, f"{_TUNABLE}=1"]))
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (itself)
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)
# glibc would give each thread an arena of its own.
with contextlib.suppress(OSError, AttributeError):
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def pre_fork(server: object, worker: object) -> None:  # noqa: ARG001 (gunicorn calls it so)
    keep_shared()


# --- no trace ----------------------------------------------------------------------------------
accesslog = None
errorlog = "-"
loglevel = "info"
logger_class = "sifra.serving.gunicorn_logger.QuietLogger"
# It would lie under HOME, and answers whoever may open it.
control_socket_disable = True
# The workers' heartbeat files; the only files gunicorn makes, and never on a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# --- what a request may be ---------------------------------------------------------------------
# No address of ours is longer than some hundred bytes, nothing travels in a query.
limit_request_line = 2048
limit_request_fields = 64
limit_request_field_size = 8190

# --- time, in seconds --------------------------------------------------------------------------
timeout = 30
graceful_timeout = 10
keepalive = 5

# --- proxies -----------------------------------------------------------------------------------
# Forwarded headers are believed in one place only, sifra.web, as many hops as
# SIFRA_TRUSTED_PROXIES says. gunicorn itself would believe anyone on the loopback.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
