"""What may be seen of counts without any small one among them coming to light.

What is counted lies in a tree that was fixed before anything was counted. A part of the tree is
shown in its own parts only where each of those has at least FEWEST; else all of it is shown as one
number. So a count under FEWEST always stands in one number with others, and that number is at
least FEWEST itself.

Why nothing can be worked out, not even by who knows this rule and every total: give the smaller
side of a part that is not divided any count from 0 to FEWEST - 1, and the rest to the other
side. The part is divided no more than before, everything above it is as it was, and so the same
is shown. A sum over periods is taken of what was shown, and so adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

FEWEST = 5

Tree: TypeAlias = "str | tuple[Tree, ...]"
"""A leaf is what is counted; an inner part has at least two parts."""


@dataclass(frozen=True, slots=True)
class Block:
    """``count`` of all ``leaves`` together, in the order of their tree."""

    leaves: tuple[str, ...]
    count: int


def leaves(tree: Tree) -> tuple[str, ...]:
    if isinstance(tree, str):
        return (tree,)
    return tuple(leaf for part in tree for leaf in leaves(part))


def halves(names: Sequence[str]) -> Tree:
    """A tree over at least one name, in their order: neighbours are shown together first."""
    if len(names) == 1:
        return names[0]
    middle = len(names) // 2
    return halves(names[:middle]), halves(names[middle:])


def in_turn(names: Sequence[str]) -> Tree:
    """A tree that parts the first name from the others, and so on: for one that is larger than
    all others together."""
    return names[0] if len(names) == 1 else (names[0], in_turn(names[1:]))


def pruned(tree: Tree, kept: Collection[str]) -> Tree | None:
    """The tree with only the leaves in ``kept``; None when there are none."""
    if isinstance(tree, str):
        return tree if tree in kept else None
    parts = [part for one in tree if (part := pruned(one, kept)) is not None]
    return tuple(parts) if len(parts) > 1 else next(iter(parts), None)


def blocks(tree: Tree, counts: Mapping[str, int]) -> tuple[Block, ...]:
    """What is shown; nothing when all together are fewer than FEWEST. ``counts`` without a leaf
    has none of it."""
    names = leaves(tree)
    total = sum(counts.get(name, 0) for name in names)
    if total < FEWEST:
        return ()
    if not isinstance(tree, str):
        parts = [blocks(part, counts) for part in tree]
        if all(parts):
            return tuple(block for part in parts for block in part)
    return (Block(names, total),)


def rounded_down(shown: Iterable[Block]) -> tuple[Block, ...]:
    """To whole fives: for what still grows, so that looking twice tells nothing of one case.

    What is divided now is divided later too, for counts only grow. Rounding the leaves
    themselves would give away, once the whole is shown, what is hidden then.
    """
    return tuple(Block(block.leaves, block.count // FEWEST * FEWEST) for block in shown)


def summed(periods: Sequence[tuple[Block, ...]]) -> tuple[Block, ...]:
    """What was shown of several periods, added up: leaves stand together where they did in any
    of them. Nothing when one of them showed nothing."""
    if not all(periods):
        return ()
    group: dict[str, set[str]] = {}
    for block in (block for shown in periods for block in shown):
        together = set(block.leaves).union(*(group.get(leaf, ()) for leaf in block.leaves))
        for leaf in together:
            group[leaf] = together
    order = list(
        dict.fromkeys(leaf for shown in periods for block in shown for leaf in block.leaves)
    )
    total: dict[str, int] = {}
    for block in (block for shown in periods for block in shown):
        head = next(leaf for leaf in order if leaf in group[block.leaves[0]])
        total[head] = total.get(head, 0) + block.count
    return tuple(
        Block(tuple(leaf for leaf in order if leaf in group[head]), total[head])
        for head in order
        if head in total
    )
