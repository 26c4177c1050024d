"""What notes leave unsaid: the table of conventions, read once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from vaultbp.derivations.meaning.lexicon import gather
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.scope import Definition, definition_of
from vaultbp.derivations.meaning.terms import Sym
from vaultbp.derivations.meaning.words import mentions
from vaultbp.latex import parse

ACTIVATIONS = "σφϕψ"
"""Letters that are hardly used for anything but one of the usual activations."""
_ACTIVATION = re.compile(
    r"\bactivat|\bactivac|\baktivier|\bактивац|\bneuron|\bнейрон|激活|활성|活性化", re.IGNORECASE
)


@dataclass(frozen=True)
class Convention:
    """A usual meaning of a function's name."""

    names: frozenset[str]
    definition: Definition
    says: str
    called: tuple[str, ...] = ()
    """Beginnings of words by which notes call it."""

    def is_called(self, text: str) -> bool:
        """Whether a text calls it by one of its names."""
        names = "|".join(map(re.escape, self.called))
        return bool(names) and mentions(re.compile(rf"\b(?:{names})", re.IGNORECASE), text)

    def of(self, name: str) -> Definition:
        """The convention as a definition of one name."""
        own = self.definition
        text = f"{name} {self.says}"
        return Definition(Sym(name), own.body, -1, 0, own.params, own.source, text)


@cache
def conventions() -> tuple[Convention, ...]:
    """The table that comes with the package."""
    text = resources.files(__package__).joinpath("conventions.toml").read_text(encoding="utf-8")
    return read_conventions(tomllib.loads(text))


def read_conventions(data: dict[str, Any]) -> tuple[Convention, ...]:
    """Conventions from parsed TOML. Raises ValueError for a formula that defines no function."""
    found = []
    for row in data.get("function", []):
        reading = parse(row["formula"])
        lowering = Lowering(gather([reading]))
        sides = [lowering.term(side) for side in reading.claims[0].sides] if reading.claims else []
        definition = definition_of(sides[0], sides[1], -1) if len(sides) == 2 else None
        if definition is None or definition.params is None:
            raise ValueError(f"{row['formula']!r} is not of the form f(x) = …")
        found.append(
            Convention(
                frozenset(row["names"]), definition, row["says"], tuple(row.get("called", ()))
            )
        )
    return tuple(found)


def for_name(name: str) -> list[Convention]:
    """The conventions that are usual for a name, the most usual first."""
    return [c for c in conventions() if name in c.names]


@lru_cache(maxsize=256)
def for_letter(name: str, text: str) -> tuple[Convention, ...]:
    """The same in a note of that text: a letter for any function needs a word that says which."""
    found = for_name(name)
    if not found or name[:1] in ACTIVATIONS or mentions(_ACTIVATION, text):
        return tuple(found)
    return tuple(c for c in found if c.is_called(text))
