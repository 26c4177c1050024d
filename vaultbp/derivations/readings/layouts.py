"""Readings of a step about arrays: the conventions under which it holds for numbers, in a layout."""

from __future__ import annotations

from dataclasses import replace

from vaultbp.derivations.readings.trial import Trial, Tried


def holding(tried: Tried) -> list[Trial]:
    """The conventions under which a step holds for numbers, where it does under some only."""
    if tried[0][1].equal or tried[0][1].unlinked:
        return [Trial()]
    found = [
        trial
        for trial, held in tried
        if held.equal
        and not (held.zero or trial.against or trial.sides or trial.losses or trial.options.moving)
    ]
    return found or [Trial()]


def in_layout(base: Trial, layout: Trial) -> Trial:
    """A convention in one layout of the derivatives."""
    own = base.options
    options = replace(layout.options, normalised=own.normalised, log_base=own.log_base)
    return replace(base, options=options, shapes=layout.shapes)
