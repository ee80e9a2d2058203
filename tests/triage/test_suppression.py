"""What is shown of counts, against an attacker who knows the rule, every total and every other
dimension, and tries every world that would show the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.picture.suppression import (
    FEWEST,
    Block,
    Tree,
    blocks,
    halves,
    in_turn,
    leaves,
    pruned,
    rounded_down,
    summed,
)

World = tuple[int, ...]
"""The counts of the leaves a, b, c, d, in their order."""
Public = Callable[[World], tuple[Block, ...]]
SMALL = frozenset(range(FEWEST))
TREES: dict[str, Tree] = {
    "halves": halves("abcd"),
    "in turn": in_turn("abcd"),
    "first": ((("a", "b"), "c"), "d"),
    "inner": (("a", ("b", "c")), "d"),
    "deep": (((("a", "b"), "c"), "d"), "e"),
    "both ways": (("a", ("b", "c")), ("d", "e")),
}


def worlds(cells: int, total: int) -> Iterator[World]:
    """Every way to have so many in so many cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(cells - 1, total - first):
            yield (first, *rest)


def shown_of(tree: Tree) -> Public:
    names = leaves(tree)
    return lambda world: blocks(tree, dict(zip(names, world, strict=True)))


def hidden_cells(shown: tuple[Block, ...], names: Iterable[str]) -> set[str]:
    return set(names) - {block.leaves[0] for block in shown if len(block.leaves) == 1}


def attack(cells: Mapping[object, list[World]], hidden: Callable[[object], set[int]]) -> None:
    """``cells`` has all worlds by what they show. A hidden cell that may be small may be any small
    number. (One that is hidden only to hide another may be known to be none.)"""
    for seen, alike in cells.items():
        for place in hidden(seen):
            may_be = {world[place] for world in alike} & SMALL
            assert may_be in (set(), SMALL), (seen, place)


def attack_one(public: Public, names: tuple[str, ...], most: int) -> None:
    """Totals up to ``most``; each is known where it is FEWEST at least."""
    by_public: dict[object, list[World]] = defaultdict(list)
    for total in range(most + 1):
        for world in worlds(len(names), total):
            by_public[public(world), total if total >= FEWEST else None].append(world)

    def hidden(seen: object) -> set[int]:
        assert isinstance(seen, tuple)
        return {names.index(name) for name in hidden_cells(seen[0], names)}

    attack(by_public, hidden)


@pytest.mark.parametrize("name", TREES)
def test_whoever_knows_the_rule_and_the_total_learns_nothing(name: str) -> None:
    tree = TREES[name]
    attack_one(shown_of(tree), leaves(tree), 22)


def naive(world: World) -> tuple[Block, ...]:
    """Only the small ones are hidden."""
    pairs = zip("abcd", world, strict=True)
    return tuple(Block((name,), count) for name, count in pairs if count >= FEWEST)


def next_smallest(world: World) -> tuple[Block, ...]:
    """The usual way: where one is hidden alone, the smallest of the others is hidden too."""
    shown = naive(world)
    if len(shown) == 3:
        least = min(shown, key=lambda block: block.count)
        return tuple(block for block in shown if block is not least)
    return shown


@pytest.mark.parametrize("public", [naive, next_smallest], ids=lambda public: public.__name__)
def test_the_attacker_is_one(public: Public) -> None:
    with pytest.raises(AssertionError):
        attack_one(public, tuple("abcd"), 14)


def test_dimensions_that_share_their_total_tell_nothing_of_each_other() -> None:
    one, other = shown_of(("a", ("b", "c"))), shown_of((("a", "b"), "c"))
    by_public: dict[object, list[World]] = defaultdict(list)
    for total in range(13):
        for left, right in product(list(worlds(3, total)), repeat=2):
            by_public[one(left), other(right)].append((*left, *right))

    def hidden(seen: object) -> set[int]:
        assert isinstance(seen, tuple)
        first, second = (hidden_cells(shown, "abc") for shown in seen)
        return {"abc".index(name) for name in first} | {3 + "abc".index(name) for name in second}

    attack(by_public, hidden)


def test_a_sum_over_periods_tells_nothing_of_either() -> None:
    public = shown_of(("a", ("b", "c")))
    by_public: dict[object, list[World]] = defaultdict(list)
    for totals in product(range(4, 10), repeat=2):
        for one, other in product(*(list(worlds(3, total)) for total in totals)):
            quarters = public(one), public(other)
            # Whatever comes out together, each quarter of its own is known as well.
            by_public[quarters, summed(quarters)].append((*one, *other))

    def hidden(seen: object) -> set[int]:
        assert isinstance(seen, tuple)
        first, second = (hidden_cells(shown, "abc") for shown in seen[0])
        return {"abc".index(name) for name in first} | {3 + "abc".index(name) for name in second}

    attack(by_public, hidden)


def adding_leaves_before_hiding(one: World, other: World) -> tuple[Block, ...]:
    return shown_of(("a", ("b", "c")))(tuple(x + y for x, y in zip(one, other, strict=True)))


def test_a_sum_of_what_is_hidden_would_tell() -> None:
    """Why :func:`summed` takes what was shown."""
    public = shown_of(("a", ("b", "c")))
    by_public: dict[object, list[World]] = defaultdict(list)
    for one, other in product(list(worlds(3, 9)), list(worlds(3, 5))):
        seen = public(one), public(other), adding_leaves_before_hiding(one, other)
        by_public[seen].append((*one, *other))
    with pytest.raises(AssertionError):
        attack(
            by_public,
            lambda seen: {"abc".index(name) for name in hidden_cells(seen[0], "abc")},  # type: ignore[index]
        )


def earlier(world: World) -> Iterator[World]:
    """What there may have been before: no count was larger."""
    yield from product(*(range(count + 1) for count in world))


def while_it_goes_on(tree: Tree, early: World) -> tuple[Block, ...]:
    return rounded_down(shown_of(tree)(early))


def leaves_rounded(tree: Tree, early: World) -> tuple[Block, ...]:
    """Each leaf to fives, whatever stands beside it."""
    pairs = zip(leaves(tree), early, strict=True)
    return tuple(Block((name,), count // FEWEST * FEWEST) for name, count in pairs)


@pytest.mark.parametrize(
    ("going", "holds"), [(while_it_goes_on, True), (leaves_rounded, False)], ids=["ours", "leaves"]
)
def test_having_looked_before_the_end_tells_nothing_more(
    going: Callable[[Tree, World], tuple[Block, ...]], holds: bool
) -> None:
    """Somebody has noted a quarter while it went on, and reads it again when it is whole."""
    tree: Tree = ("a", (("b", "c"), "d"))
    public, before = cache(shown_of(tree)), cache(partial(going, tree))
    by_public: dict[object, list[World]] = defaultdict(list)
    for total in range(12):
        for world in worlds(4, total):
            for early in earlier(world):
                by_public[public(world), before(early)].append(world)

    def hidden(seen: object) -> set[int]:
        assert isinstance(seen, tuple)
        return {"abcd".index(name) for name in hidden_cells(seen[0], "abcd")}

    if holds:
        attack(by_public, hidden)
    else:
        with pytest.raises(AssertionError):
            attack(by_public, hidden)


@st.composite
def grown(draw: st.DrawFn) -> tuple[Tree, dict[str, int]]:
    names = [f"n{number}" for number in range(draw(st.integers(1, 25)))]
    tree = draw(st.sampled_from([halves, in_turn]))(names)
    return tree, {name: draw(st.integers(0, 12)) for name in names}


@given(grown())
def test_nothing_is_lost_and_nothing_small_is_shown(case: tuple[Tree, dict[str, int]]) -> None:
    tree, counts = case
    shown = blocks(tree, counts)
    if sum(counts.values()) < FEWEST:
        assert shown == ()
        return
    assert [leaf for block in shown for leaf in block.leaves] == list(leaves(tree))
    for block in shown:
        assert block.count == sum(counts[leaf] for leaf in block.leaves)
        assert block.count >= FEWEST
    assert all(block.count % FEWEST == 0 for block in rounded_down(shown))


SHOWN: dict[str, tuple[Tree, dict[str, int], dict[str, int]]] = {
    "all": (halves("abcd"), {"a": 5, "b": 6, "c": 7, "d": 8}, {"a": 5, "b": 6, "c": 7, "d": 8}),
    "a small one": (halves("abcd"), {"a": 7, "b": 3, "c": 5, "d": 6}, {"ab": 10, "c": 5, "d": 6}),
    "a small side": (halves("abcd"), {"a": 1, "b": 2, "c": 8, "d": 6}, {"abc": 11, "d": 6}),
    "none may be near": (halves("abcd"), {"a": 1, "b": 2, "c": 5, "d": 9}, {"abcd": 17}),
    "a small last": (in_turn("abcd"), {"a": 7, "b": 9, "c": 6, "d": 4}, {"a": 7, "b": 9, "cd": 10}),
    "a small first": (in_turn("abcd"), {"a": 0, "b": 9, "c": 6, "d": 5}, {"ab": 9, "c": 6, "d": 5}),
    "one": ("a", {"a": 5}, {"a": 5}),
    "few": ("a", {"a": 4}, {}),
}


@pytest.mark.parametrize("name", SHOWN)
def test_as_much_is_shown_as_may_be(name: str) -> None:
    tree, counts, shown = SHOWN[name]
    assert {"".join(block.leaves): block.count for block in blocks(tree, counts)} == shown


def test_a_sum_keeps_together_what_stood_together_in_any_part() -> None:
    first = (Block(("a",), 5), Block(("b", "c"), 9), Block(("d",), 8))
    second = (Block(("a", "b"), 11), Block(("c",), 6), Block(("d",), 7))
    assert summed([first, second]) == (Block(("a", "b", "c"), 31), Block(("d",), 15))
    assert summed([first, ()]) == ()
    weeks = (Block(("w1",), 5),), (Block(("w2", "w3"), 6),)
    assert summed(weeks) == (Block(("w1",), 5), Block(("w2", "w3"), 6))


def test_a_pruned_tree_has_no_part_of_one() -> None:
    tree: Tree = (("a", "b"), ("c", ("d", "e")))
    assert pruned(tree, {"a", "d", "e"}) == ("a", ("d", "e"))
    assert pruned(tree, {"e"}) == "e"
    assert pruned(tree, {"x"}) is None
