"""The registry of pictures. One file here is one picture of the concept graph.

A picture is a module with ``render(graph: networkx.MultiDiGraph) -> str | bytes``; its name is the
file's. The graph's nodes and edges carry what ``graph --format json`` shows; a caller may add
``verdicts`` and ``cells`` to nodes and ``change`` to edges, which the pictures that can show them do.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def formats() -> list[str]:
    """The names of the pictures, one for each file of this package."""
    return [module.name for module in pkgutil.iter_modules(__path__)]


def find_format(name: str) -> Callable[[MultiDiGraph], str | bytes]:
    """The ``render`` function of a picture."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast("Callable[[MultiDiGraph], str | bytes]", module.render)
