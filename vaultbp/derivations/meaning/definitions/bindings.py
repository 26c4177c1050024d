"""Values for worked examples: w = 0.3."""

from __future__ import annotations

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.sides import is_number
from vaultbp.derivations.meaning.terms import Array, Num, Sym


def bind_numbers(each: Stated, scope: Scope) -> None:
    """``w = 0.3`` or ``(x_1, x_2) = (0.5, 0.3)``: values for worked examples."""
    last = each.sides[-1]
    if not is_number(last) or (isinstance(last, Num) and not last.text):
        return
    for side in each.sides[:-1]:
        if isinstance(side, Sym):
            scope.numbers.setdefault(side.key, []).append(
                Definition(side, last, each.order, each.section)
            )
        elif isinstance(side, Array) and isinstance(last, Array):
            _cell_bindings(side, last, each, scope)


def _cell_bindings(names: Array, values: Array, each: Stated, scope: Scope) -> None:
    if len(names.rows) != len(values.rows):
        return
    for row, numbers in zip(names.rows, values.rows, strict=True):
        if len(row) != len(numbers):
            return
        for name, number in zip(row, numbers, strict=True):
            if isinstance(name, Sym):
                scope.numbers.setdefault(name.key, []).append(
                    Definition(name, number, each.order, each.section)
                )
