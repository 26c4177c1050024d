"""What a note says in words. The same text is asked the same by every step: it is searched once."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=128)
def mentions(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a pattern occurs in a text."""
    return pattern.search(text) is not None
