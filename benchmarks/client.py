"""A client that costs little itself: one kept connection, answers read as bytes."""

from __future__ import annotations

import gzip
import re
import select
import socket
from dataclasses import dataclass
from urllib.parse import urlencode

_TOKEN = re.compile(rb'name="token" value="([^"]+)"')

_COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """``wire`` is every byte that came back, headers included."""

    status: int
    wire: int
    body: bytes
    cookie: str = ""


class Client:
    """One connection to ``127.0.0.1:port``."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), 60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(
        self, path: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """GET, or POST when there are fields. The server may hang up between, not within."""
        body = urlencode(fields).encode() if fields is not None else b""
        lines = [
            f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1",
            "Host: localhost",
            "Accept-Encoding: gzip",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        if fields is not None:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        if select.select([self._socket], [], [], 0)[0]:
            # Nothing was asked, so what there is to read is that the server hung up.
            self._connect()
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return self._read()

    def _read(self) -> Answer:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            row = self._file.readline()
            if not row:
                raise ConnectionError("the server closed the connection")
            head += row
        status = int(head.split(b" ", 2)[1])
        named = dict(row.lower().split(b": ", 1) for row in head.split(b"\r\n")[1:] if b": " in row)
        length = int(named[b"content-length"])
        body = self._file.read(length)
        if named.get(b"content-encoding") == b"gzip":
            body = gzip.decompress(body)
        if named.get(b"connection") == b"close":
            self._socket.close()
            self._connect()
        cookies = "; ".join(found.decode() for found in _COOKIE.findall(head))
        return Answer(status, len(head) + length, body, cookies)


def send_tip(client: Client, text: str, tag: str = "nb") -> None:
    """The whole way of one tip: form, review, send."""
    found = _TOKEN.search(client.ask(f"/{tag}/tip").body)
    if found is None:
        raise RuntimeError("the form has no token")
    fields = {"danger": "no", "text": text, "token": found[1].decode()}
    review = client.ask(f"/{tag}/tip", {**fields, "step": "review"})
    sent = client.ask(f"/{tag}/tip", {**fields, "step": "send"})
    if review.status != 200 or b'id="return-code"' not in sent.body:
        raise RuntimeError(f"a tip was not taken: {review.status}, {sent.status}")
