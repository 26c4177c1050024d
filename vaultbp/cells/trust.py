"""Which vaults their reader trusts: a list on this machine, never part of a vault.

Cells of a vault that is not on it run only under the required confinement.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from vaultbp.cells.errors import UntrustedError

TYPE_CHECKING = False  # as in typing: see vaultbp.cells.cache
if TYPE_CHECKING:
    from vaultbp.cells.results import Mode


def trust_file() -> Path:
    """Below ``XDG_STATE_HOME`` or ``~/.local/state``."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "vaultbp" / "trusted.json"


def is_trusted(root: Path) -> bool:
    return str(root.resolve()) in _read()


def trust(root: Path) -> None:
    """Put a vault on the list, with its commit if it has one. Raises OSError."""
    path, folder = trust_file(), root.resolve()
    known = _read()
    known[str(folder)] = {"commit": _commit(folder), "day": time.strftime("%Y-%m-%d")}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(known, indent=1))
    fresh.replace(path)


def mode_for(root: Path, wanted: Mode) -> Mode:
    """The mode in which a vault may run: one not trusted gets ``require`` for ``best``.

    Raises UntrustedError for ``off``.
    """
    if wanted == "require" or is_trusted(root):
        return wanted
    if wanted == "off":
        raise UntrustedError(
            f"{root}: not trusted, so its cells do not run without a sandbox; "
            "if you know what they do, say --trust once"
        )
    return "require"


def _read() -> dict[str, dict[str, str | None]]:
    """The list; empty if it is missing or cannot be read, which trusts no one."""
    try:
        known = json.loads(trust_file().read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _commit(folder: Path) -> str | None:
    """The commit that the vault is at, read from its files: no program is started."""
    for place in (folder, *folder.parents):
        try:
            head = (place / ".git" / "HEAD").read_text().strip()
            if not head.startswith("ref: "):
                return head
            return (place / ".git" / head.removeprefix("ref: ")).read_text().strip()
        except OSError:
            continue
    return None
