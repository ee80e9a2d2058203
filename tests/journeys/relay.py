"""A line between a browser and a site that keeps all that passes, favicons and all.

What a browser asks for by itself is not seen by those who steer it: only the line sees it.
"""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_ASKED = re.compile(rb"([A-Z]+ \S+) HTTP/1\.1\r\n")
_MOST = 65_536


@dataclass
class Line:
    """``url`` leads to the site; ``sent`` and ``got`` hold what each connection carried."""

    url: str
    sent: list[bytearray] = field(default_factory=list)
    got: list[bytearray] = field(default_factory=list)

    def requests(self) -> list[str]:
        """Like ``GET /nb/``, sorted."""
        return sorted(one.decode() for carried in self.sent for one in _ASKED.findall(carried))


@contextmanager
def relay(port: int) -> Iterator[Line]:
    """A line to the site on ``port``."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            up, down = bytearray(), bytearray()
            line.sent.append(up)
            line.got.append(down)
            browser: socket.socket = self.request
            with socket.create_connection(("127.0.0.1", port)) as site:
                back = threading.Thread(target=_pass_on, args=(site, browser, down))
                back.start()
                _pass_on(browser, site, up)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Connection) as server:
        line = Line(f"http://127.0.0.1:{server.server_address[1]}")
        listening = threading.Thread(target=server.serve_forever, args=(0.05,))
        listening.start()
        try:
            yield line
        finally:
            server.shutdown()
            listening.join()


def _pass_on(source: socket.socket, target: socket.socket, carried: bytearray) -> None:
    with suppress(OSError):
        while some := source.recv(_MOST):
            carried += some
            target.sendall(some)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
