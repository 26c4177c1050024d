"""``vaultbp init [FOLDER]``: a first configuration and a first note that passes."""

from __future__ import annotations

from pathlib import Path

import click

from vaultbp.commands import Refusal

_CONFIG = """\
# Everything has a default; nothing here is needed. `vaultbp rules` lists what is checked.

# ignore = ["duplicate-name"]
# exclude = ["Templates/**"]

[cells]
# How code cells run when you ask for it (`vaultbp run`, `vaultbp check --run`).
timeout = 30.0
sandbox = "best"
"""

_NOTE = """\
---
tags: [example]
---
# First derivation

A line through the origin misses a point $(x, t)$ by

$$r = w x - t$$

and that costs

$$L = \\frac{1}{2} r^2$$

How does the cost answer to the weight? By the chain rule:

$$
\\frac{\\partial L}{\\partial w}
= \\frac{\\partial L}{\\partial r} \\frac{\\partial r}{\\partial w}
= r x = (w x - t) x
$$

Change a sign above, run `vaultbp check`, and see it found.

```python
from vaultbp.engine import grad

def cost(w, x, t):
    return (w * x - t) ** 2 / 2

slope = grad(cost)(3.0, 2.0, 1.0)
assert abs(slope - (3.0 * 2.0 - 1.0) * 2.0) < 1e-12
print(f"slope {float(slope):g}")
```

```output
slope 10
```
"""

_FILES = {"vaultbp.toml": _CONFIG, "First derivation.md": _NOTE}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def command(folder: Path) -> None:
    """Write a first vaultbp.toml and a note that passes. Never overwrites anything."""
    there = [name for name in _FILES if (folder / name).exists()]
    if there:
        raise Refusal(f"{folder / there[0]} is already there; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _FILES.items():
            # "x": should the file have come into being meanwhile, it is kept.
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            click.echo(f"wrote {folder / name}")
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}") from None
    click.echo(f"now try: vaultbp check --run {'' if str(folder) == '.' else folder}".rstrip())
