"""The request class: bodies stay in memory, and files are thrown away as they come."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import flask

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes. Room for a text at its limit in the widest encoding a browser sends."""


class Request(flask.Request):
    """A request that never touches the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        """No page takes files; Werkzeug would spool them to a temporary one."""
        return Path(os.devnull).open("w+b")
