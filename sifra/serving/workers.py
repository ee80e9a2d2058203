"""The processes that serve a site: one loads it and forks the others, so that they share it.

gunicorn's own way to share is to load the site in the process that watches over the workers. That
one serves nobody, and yet keeps a copy of every page of memory that the workers have written to:
with two workers a third of what a site takes. Here it loads nothing of the site. It watches over
one worker, and that one over those it forked; what gunicorn's worker does is left to gunicorn.

They live and die together. When one of them ends, the others finish what they are answering and
end too, and gunicorn starts the first anew. Its socket stays open meanwhile: whoever comes waits
for some seconds, and is not turned away.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

_OBJECTS_A_COLLECTION = 2_000
_SECONDS_BEFORE_ANOTHER_TRY = 5
_SECONDS_BETWEEN_LOOKS = 0.05


class LoadingWorker(ThreadWorker):
    """gunicorn's threaded worker, and :attr:`processes` less one that it forked when it had
    loaded the site. gunicorn itself is to have one worker alone.
    """

    processes = 1

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._forked: dict[int, ThreadWorker] = {}

    def load_wsgi(self) -> None:
        """Load the site, then fork. A site that cannot be loaded stops the start. Once it has
        been served, as after a reload, gunicorn goes on trying until it can be again.
        """
        try:
            super().load_wsgi()
        except SystemExit:
            # The site has said itself what is wrong, as wsgi.py does.
            self._give_up()
        except Exception:
            self.log.exception("Exception in worker process")
            self._give_up()
        keep_shared()
        for _ in range(self.processes - 1):
            self._fork()

    def _give_up(self) -> NoReturn:
        if self.age == 1:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
        time.sleep(_SECONDS_BEFORE_ANOTHER_TRY)
        sys.exit(1)

    def _fork(self) -> None:
        try:
            worker = ThreadWorker(
                self.age, os.getpid(), self.sockets, self.app, self.timeout, self.cfg, self.log
            )
            pid = os.fork()
        except OSError:
            # There is no room for one more now. Failing here would end gunicorn itself.
            self.log.exception("Exception in worker process")
            self._give_up()
        if pid:
            self._forked[pid] = worker
            return
        # What it polls with is the kernel's, and would be one for both.
        assert self.poller is not None  # noqa: S101 (narrows the type; init_process made it)
        self.poller.close()
        self.tmp.close()
        self.pid = worker.pid = os.getpid()  # type: ignore[assignment]  # as gunicorn does
        worker.init_process()
        sys.exit(0)

    def notify(self) -> None:
        """Called at least every second: say that this one lives, and see whether the others do."""
        super().notify()
        for pid, worker in list(self._forked.items()):
            code = _exit_code(pid)
            if code is not None:
                del self._forked[pid]
                if self.alive:
                    self.log.error("Worker (pid:%s) exited with code %s.", pid, code)
                self.alive = False
            elif self.cfg.timeout and _seconds_since_notified(worker) > self.cfg.timeout:
                self.log.critical("WORKER TIMEOUT (pid:%s)", pid)
                _send(pid, signal.SIGKILL)

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._tell(signal.SIGTERM)
            self._wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._tell(signal.SIGTERM)
        super().handle_exit(sig, frame)

    def _tell(self, sig: signal.Signals) -> None:
        for pid in self._forked:
            _send(pid, sig)

    def _wait(self) -> None:
        """For the forked ones to finish what they are answering. One that outlives this ends by
        itself: gunicorn's worker looks every second whether its parent is there."""
        latest = time.monotonic() + self.cfg.graceful_timeout
        waiting = set(self._forked)
        while waiting and time.monotonic() < latest:
            waiting = {pid for pid in waiting if _exit_code(pid) is None}
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def keep_shared() -> None:
    """To be called before a fork: what was loaded stays shared, the collector does not write to
    it."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    # A page makes some thousand short-lived objects; Python would look for cycles at every 700.
    gc.set_threshold(_OBJECTS_A_COLLECTION)


def _exit_code(pid: int) -> int | None:
    """Of a process that has ended; of one that a signal ended, the signal's, negative."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _seconds_since_notified(worker: ThreadWorker) -> float:
    """Negative before the first time: gunicorn counts from the start of the machine."""
    return time.monotonic() - float(worker.tmp.last_update())


def _send(pid: int, sig: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sig)
