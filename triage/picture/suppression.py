"""What may be seen of counts without any small one among them coming to light.

What is counted lies in a tree that was fixed before anything was counted. A part of the tree is
shown in its own parts where each of those has at least FEWEST. A side that has fewer is shown
together with the nearest of the other side that makes it safe: so many that whatever the small
side has, that nearest has FEWEST at least. Where nothing does, all of the part is one number.

Why nothing can be worked out, not even by who knows this rule, every total and every dimension:
a count under FEWEST always stands in one number with others. Give it any count from 0 to
FEWEST - 1, its neighbours in that number nothing, and a leaf of another side of it the rest. Each
question that the rule asks has the same answer as before, and so the same is shown. A sum over
periods is taken of what was shown, and so adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

FEWEST = 5
_SURE = 2 * FEWEST - 1
"""In so many, what is not the small side has FEWEST at least, whatever the small side has."""

Tree: TypeAlias = "str | tuple[Tree, Tree]"
"""A leaf is what is counted."""


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
    left, right = (pruned(part, kept) for part in tree)
    return (left, right) if left is not None and right is not None else left or right


def blocks(tree: Tree, counts: Mapping[str, int]) -> tuple[Block, ...]:
    """What is shown; nothing when all together are fewer than FEWEST. ``counts`` without a leaf
    has none of it. No part of the tree has more than two parts."""
    total = _count(tree, counts)
    if total < FEWEST:
        return ()
    if isinstance(tree, str):
        return (Block((tree,), total),)
    left, right = tree
    if _count(left, counts) < FEWEST:
        return _with_small(left, right, counts, small_first=True)
    if _count(right, counts) < FEWEST:
        return _with_small(right, left, counts, small_first=False)
    return blocks(left, counts) + blocks(right, counts)


def _with_small(
    small: Tree, large: Tree, counts: Mapping[str, int], *, small_first: bool
) -> tuple[Block, ...]:
    """``small`` has fewer than FEWEST, and that is known. It stays beside what is next to it, so
    that what follows one another stays so."""
    if not isinstance(large, str):
        near, far = large if small_first else reversed(large)
        if _count(small, counts) + _count(near, counts) >= _SURE and _count(far, counts) >= FEWEST:
            rest = _with_small(small, near, counts, small_first=small_first)
            others = blocks(far, counts)
            return rest + others if small_first else others + rest
    names = leaves(small) + leaves(large) if small_first else leaves(large) + leaves(small)
    return (Block(names, _count(small, counts) + _count(large, counts)),)


def _count(tree: Tree, counts: Mapping[str, int]) -> int:
    return sum(counts.get(name, 0) for name in leaves(tree))


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
