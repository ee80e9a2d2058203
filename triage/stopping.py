"""A wish to stop, from Ctrl-C, SIGTERM or SIGHUP, that can be waited for."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
from collections.abc import Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def stop_signal() -> Iterator[socket.socket]:
    """A socket that can be read once somebody wants this process to end.

    The handlers do nothing by themselves: an exception out of one could fall between starting
    a process and knowing of it, and leave it behind; or between sending a notice and writing
    down that it was sent.
    """
    heard, wake = socket.socketpair()
    with heard, wake:
        heard.setblocking(False)
        wake.setblocking(False)
        before = [signal.signal(one, lambda *_: None) for one in _SIGNALS]
        waker = signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        try:
            yield heard
        finally:
            signal.set_wakeup_fd(waker)
            for one, handler in zip(_SIGNALS, before, strict=True):
                signal.signal(one, handler)


def is_asked(stop: socket.socket, seconds: float = 0) -> bool:
    """Has somebody asked? Waits up to so many seconds for it."""
    return bool(select.select([stop], [], [], seconds)[0])
