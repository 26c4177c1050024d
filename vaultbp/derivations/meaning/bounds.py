"""What stands under a sum: ``k=1, k≠i`` says two things of one index, ``1≤i<j≤n`` bounds two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vaultbp.derivations.meaning.lexicon import bound_names
from vaultbp.derivations.meaning.terms import Add, Cond, Idx, Neg, Num, Term, free_indices
from vaultbp.latex import tree
from vaultbp.latex.text import to_text

Reader = Callable[[tree.Node], Term]


@dataclass
class Bound:
    """One index of a sum, and all that is said of it."""

    name: str
    lower: Term | None = None
    upper: Term | None = None
    where: Cond | None = None
    over: str = ""

    def mentions(self, name: str) -> bool:
        """Whether the index runs from or to another one."""
        return any(
            end is not None and name in free_indices(end) for end in (self.lower, self.upper)
        )


def bounds(conditions: Sequence[tree.Node], read: Reader) -> list[Bound] | None:
    """The indices of a sum, the outermost first; ``None`` where it runs over something else."""
    found: dict[str, Bound] = {}
    for condition in conditions:
        names = list(bound_names(condition))
        if not names and isinstance(condition, tree.Relation) and condition.op in ("≤", "<"):
            names = list(bound_names(condition.right))
        if not names:
            return None
        for name in names:
            found.setdefault(name, Bound(name))
        if isinstance(condition, tree.Relation):
            _take(found[names[0]], condition, read)
    if any(bound.mentions(bound.name) for bound in found.values()):
        return None
    inner = [b for b in found.values() if any(b.mentions(name) for name in found)]
    return [b for b in found.values() if b not in inner] + inner


def _take(bound: Bound, condition: tree.Relation, read: Reader) -> None:
    """What one condition says of an index."""
    here = isinstance(condition.left, tree.Name) and condition.left.base == bound.name
    end = read(condition.right if here else condition.left) if condition.op != "∈" else Num(0.0)
    match condition.op:
        case "=":
            bound.lower = end
        case "≠":
            first = bound.where or Idx(bound.name)
            # ``k ≠ i`` and ``k ≠ j`` are one chain: i ≠ k ≠ j.
            turned = Cond("≠", first.right, first.left) if isinstance(first, Cond) else first
            bound.where = Cond("≠", turned, end)
        case "≤" | "<" if here:
            bound.upper = end if condition.op == "≤" else Add((end, Neg(Num(1.0))))
        case "∈" if here:
            bound.over = to_text(condition.right)
        case "≤" | "<":
            bound.lower = end if condition.op == "≤" else Add((end, Num(1.0)))
        case _:
            pass
