"""[Note] -> Vault: names, link resolution and typed edges. Only ``disk`` touches the disk."""

from __future__ import annotations

from vaultbp.vault.disk import find_root, is_root

TYPE_CHECKING = False  # as in typing, whose import costs more than finding files
if TYPE_CHECKING:
    from vaultbp.vault.cards import aliases_of
    from vaultbp.vault.whole import (
        Edge,
        Resolved,
        Vault,
        collector_paused,
        edge_of,
        index,
        load,
        relation_of,
        tags_of,
    )

__all__ = [
    "Edge",
    "Resolved",
    "Vault",
    "aliases_of",
    "collector_paused",
    "edge_of",
    "find_root",
    "index",
    "is_root",
    "load",
    "relation_of",
    "tags_of",
]


def __getattr__(name: str) -> object:
    """Load what reads notes when it is first wanted: finding files needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vaultbp.vault import whole

    return getattr(whole, name)
