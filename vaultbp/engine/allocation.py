"""How freed arrays are kept for reuse.

A backward pass frees and allocates arrays of the same sizes over and over. glibc returns freed
memory to the system beyond a threshold of 128 KiB, and every page has to be mapped again: on
arrays of 0.5 MB that cost more than the arithmetic (attention: 5.1 ms against 3.1 ms a gradient;
hand-written numpy 2.9 against 2.4). The threshold adapts: it doubles the largest block freed so
far that was mapped by itself, up to 32 MiB. So one such block, never touched, is freed at import.
Elsewhere this is one harmless allocation.
"""

import numpy as np

LARGEST_ADAPTING_BLOCK = 32 * 2**20 - 2**16


def keep_freed_memory() -> None:
    """Make glibc keep up to 64 MiB of freed memory for this process."""
    block = np.empty(LARGEST_ADAPTING_BLOCK, dtype=np.uint8)
    del block
