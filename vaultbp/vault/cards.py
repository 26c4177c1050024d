"""Cards: what of a note the rest of its vault asks about, short enough to be kept for every note.

With the cards of all notes a vault's links are resolved and checked, and only the notes of which
something is to be said, or that have changed, are looked at themselves.
"""

from __future__ import annotations

from msgspec import Raw, Struct, msgpack

from vaultbp.notes import Link, Note
from vaultbp.vault.subpaths import Subpaths


class Card(Struct, frozen=True, array_like=True, gc=False):
    """One note's card. It never says more or less than the note itself would."""

    targets: tuple[str, ...]
    """The targets of its links without a fragment, each once; external links are left out."""
    parts: tuple[tuple[str, str], ...]
    """Target and fragment of the others, each pair once."""
    typed: tuple[Link, ...]
    """The links, other than external ones, that have a key."""
    aliases: tuple[str, ...]
    has_formulas: bool
    has_entries: bool
    """Whether the text speaks of vaultbp anywhere, as every entry to ignore a finding does."""
    headings: Raw
    """Its `Subpaths`, encoded: of most notes nobody asks."""

    @property
    def subpaths(self) -> Subpaths:
        return _subpaths.decode(self.headings)


_subpaths = msgpack.Decoder(Subpaths)


def card_of(note: Note) -> Card:
    inner = [link for link in note.links if not link.external]
    parts = dict.fromkeys((link.target, link.fragment) for link in inner if link.fragment)
    return Card(
        targets=tuple(dict.fromkeys(link.target for link in inner if not link.fragment)),
        parts=tuple(parts),
        typed=tuple(link for link in inner if link.key),
        aliases=tuple(aliases_of(note)),
        has_formulas=bool(note.formulas),
        has_entries=speaks_of_vaultbp(note),
        headings=Raw(msgpack.encode(Subpaths.of(note))),
    )


def aliases_of(note: Note) -> list[str]:
    """The other names that a note gives itself."""
    if note.frontmatter is None:
        return []
    return [*note.frontmatter.values("aliases"), *note.frontmatter.values("alias")]


def speaks_of_vaultbp(note: Note) -> bool:
    return "vaultbp" in note.source.text
