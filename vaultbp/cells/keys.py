"""Under which key a result is kept: everything that can change it, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from vaultbp.cells.cache import digest

TYPE_CHECKING = False  # as in typing: see vaultbp.cells.cache
if TYPE_CHECKING:
    from vaultbp.cells.plan import Piece, Plan
    from vaultbp.cells.results import Sandbox
    from vaultbp.source import Source


def environment() -> bytes:
    """What stands for this installation: runner, engine, Python, packages, system."""
    package = Path(__file__).parents[1]
    own = [
        os.path.join(folder, name)  # noqa: PTH118 - in every run, before anything else
        for room in ("cells", "engine")
        for folder, _, names in os.walk(package / room)
        for name in names
        if name.endswith(".py")
    ]
    return digest(surroundings(), *(Path(path).read_bytes() for path in sorted(own)))


def surroundings() -> bytes:
    """What stands for all of the installation but our own code."""
    return digest(sys.version, sys.platform, _system()[0], *_distributions())


def _system() -> tuple[str, str, str]:
    """Machine, release of the system, user; empty where the system does not say."""
    if not hasattr(os, "uname"):
        return "", "", ""
    return os.uname().machine, os.uname().release, str(os.getuid())


def _distributions() -> Iterable[str]:
    """Everything installed, by the names of its folders, which bear the versions; and the linear
    algebra that numpy is bundled with, whose files' names bear digests."""
    for folder in dict.fromkeys(map(Path, sys.path)):
        if folder.name in ("site-packages", "dist-packages"):
            yield from (name for name in _listed(folder) if name.endswith("-info"))
            yield from _listed(folder / "numpy.libs")


def _listed(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return sorted(os.listdir(folder))  # noqa: PTH208 - names, hundreds of them, in every run
    return []


def plan_key(base: bytes, sandbox: Sandbox, plan: Plan) -> bytes:
    """The key of running one note. Prose, names and the cells' places in the note do not count."""
    return digest(base, "plan", *_level(sandbox), json.dumps([_piece(p) for p in plan.runnable]))


def page_key(base: bytes, sandbox: Sandbox, source: Source) -> bytes:
    """The key of a note that has not been read yet: its whole text and its path."""
    return digest(base, "page", *_level(sandbox), source.path, str(source.bom), source.text)


def whole_key(
    base: bytes, sandbox: Sandbox, sources: Sequence[Source], generation: bytes
) -> tuple[bytes, str]:
    """The key of many notes by their paths, and a digest of their texts and of the results' generation;
    so an edit makes no new row."""
    key = digest(base, "whole", *_level(sandbox), *(source.path for source in sources))
    cuts = json.dumps([(source.bom, len(source.text)) for source in sources])
    return key, digest(generation, cuts, "".join(source.text for source in sources)).hex()


def _level(sandbox: Sandbox) -> tuple[str, ...]:
    return (sandbox.level, *sandbox.missing)


def _piece(piece: Piece) -> list[object]:
    options = piece.options
    return [
        piece.cell.code,
        piece.cell.indents,
        piece.borrowed,
        options.raises,
        options.timeout,
        options.isolated,
    ]


def host() -> bytes:
    """What stands for the kernel and container that decide which layers can be reached."""
    facts = [*_system(), sys.executable]
    for name in (
        "/proc/sys/kernel/random/boot_id",
        "/proc/sys/user/max_user_namespaces",
        "/proc/sys/kernel/unprivileged_userns_clone",
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "/proc/self/attr/current",
    ):
        try:
            facts.append(Path(name).read_text())
        except OSError:
            facts.append("")
    try:
        status = Path("/proc/self/status").read_text().splitlines()
        facts += [line for line in status if line.startswith(("Cap", "NoNew", "Seccomp"))]
        facts += [str(Path("/proc/self/ns", kind).readlink()) for kind in ("user", "mnt", "pid")]
    except OSError:
        facts.append("no /proc")
    return digest("host", *facts)
