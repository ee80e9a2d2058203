"""The request class: bodies stay in memory, and files are thrown away as they come."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO
from urllib.parse import parse_qsl

import flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes. Room for a text at its limit in the widest encoding a browser sends."""


class _FormParser(FormDataParser):
    """Letters that are no UTF-8 are replaced, so that a form can say so beside what was kept."""

    def _parse_urlencoded(
        self,
        stream: IO[bytes],
        mimetype: str,  # noqa: ARG002
        content_length: int | None,  # noqa: ARG002
        options: dict[str, str],  # noqa: ARG002
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        sent = stream.read().decode(errors="replace")
        fields = parse_qsl(sent, keep_blank_values=True, errors="replace")
        return stream, self.cls(fields), self.cls()


class Request(flask.Request):
    """A request that never touches the disk."""

    form_data_parser_class = _FormParser

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        """No page takes files; Werkzeug would spool them to a temporary one."""
        return Path(os.devnull).open("w+b")
