"""The picture's charts as figures for SVG. No script, and no style in an attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.picture.suppression import Block

WIDTH, HEIGHT = 320, 80
_GAP = 2
_NARROWEST_NAMED = 17
"""Units of width that a short name needs."""


@dataclass(frozen=True, slots=True)
class Column:
    """``named``: there is room for a name below it."""

    x: float
    y: float
    width: float
    height: float
    named: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def columns(blocks: Sequence[Block]) -> list[Column]:
    """As wide as what they stand for, and as high as the mean of it: the area is the count."""
    steps = sum(len(block.leaves) for block in blocks)
    if not steps:
        return []
    highest = max(block.count / len(block.leaves) for block in blocks) or 1
    step, x, found = WIDTH / steps, 0.0, []
    for block in blocks:
        width = step * len(block.leaves)
        height = HEIGHT * block.count / len(block.leaves) / highest
        found.append(
            Column(
                round(x, 1),
                round(HEIGHT - height, 1),
                round(max(width - _GAP, 1), 1),
                round(height, 1),
                width >= _NARROWEST_NAMED,
            )
        )
        x += width
    return found


def bars(blocks: Sequence[Block]) -> list[int]:
    """Whole percents of the longest."""
    longest = max((block.count for block in blocks), default=0) or 1
    return [round(100 * block.count / longest) for block in blocks]
