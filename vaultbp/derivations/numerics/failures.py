"""Why a side has no value, in words for people."""

from __future__ import annotations

import numpy as np

from vaultbp.derivations.meaning.ground import NotGround

WORDS: tuple[tuple[type[Exception], str], ...] = (
    (NotGround, "an index in it stands for no number here"),
    (OverflowError, "a number in it is too large to be computed"),
    (ZeroDivisionError, "it divides by zero"),
    (np.linalg.LinAlgError, "a matrix in it has no inverse"),
)


def in_words(error: Exception) -> str:
    """What an exception raised by an evaluation means for the formula."""
    for kind, words in WORDS:
        if isinstance(error, kind):
            return words
    return f"it could not be evaluated ({type(error).__name__})"
