"""What a process has started."""

from __future__ import annotations

from pathlib import Path


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def with_children(pid: int) -> list[int]:
    """``pid``, what it has started, and what those have."""
    pids = [pid]
    for one in pids:
        pids += children(one)
    return pids
