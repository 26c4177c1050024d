"""Nested lists, tuples and dicts of arrays, as arguments and results of derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> Iterator[Any]:
    """The arrays in a tree, in a fixed order."""
    if isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item)
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from leaves(item)
    else:
        yield tree


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """A tree of the same form with `function` applied to every array, in the order of `leaves`."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[map_leaves(function, item) for item in tree])
    if isinstance(tree, list | tuple):
        return type(tree)([map_leaves(function, item) for item in tree])
    if isinstance(tree, dict):
        return {key: map_leaves(function, item) for key, item in tree.items()}
    return function(tree)


def rebuild(tree: Any, new: list[Any]) -> Any:
    """A tree of the same form holding the arrays `new`."""
    items = iter(new)
    return map_leaves(lambda _: next(items), tree)
