"""History: a vault as it was at a git revision, read from git's own store. Nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from vaultbp.notes import read
from vaultbp.source import Source
from vaultbp.vault import Vault, index
from vaultbp.vault.disk import LARGEST, ignored_prefixes, is_note


class HistoryError(Exception):
    """The revision cannot be read; the message says why."""


_QUIET = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
)
"""A repository's own settings must not start any program while it is read."""


def vault_at(root: Path, revision: str) -> Vault:
    """The vault in the folder ``root`` as it was at ``revision`` (a commit, tag or branch).

    What Obsidian's settings hide today is hidden then, too: nothing came or went by that alone.

    Raises HistoryError if this is no git repository or there is no such revision.
    """
    if revision.startswith("-"):
        raise HistoryError(f"{revision!r} is no revision")
    name = f"{revision}^{{commit}}"
    commit = (
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
    )
    if not commit:
        raise HistoryError(f"there is no revision {revision!r}")
    files, wanted, sources = [], [], []
    for row in _git(root, "ls-tree", "-r", "-z", "-l", commit, ".").split(b"\0"):
        if not row:
            continue
        head, _, path_bytes = row.partition(b"\t")
        mode, kind, blob, size = head.split()
        path = path_bytes.decode("utf-8", "backslashreplace")
        if kind != b"blob" or mode == b"120000" or any(p.startswith(".") for p in path.split("/")):
            continue
        files.append(path)
        if is_note(path) and int(size) <= LARGEST:
            wanted.append((path, blob))
        elif is_note(path):
            sources.append(Source(path, "", damage="is too large to be read"))
    texts = _blobs(root, [blob for _, blob in wanted])
    sources += [
        Source.from_bytes(path, data) for (path, _), data in zip(wanted, texts, strict=True)
    ]
    return index(map(read, sources), files, root=root, ignored=ignored_prefixes(root))


def _blobs(root: Path, names: list[bytes]) -> list[bytes]:
    out = _git(root, "cat-file", "--batch", given=b"".join(name + b"\n" for name in names))
    found, at = [], 0
    for _ in names:
        newline = out.index(b"\n", at)
        size = int(out[at:newline].split()[2])
        found.append(out[newline + 1 : newline + 1 + size])
        at = newline + 1 + size + 1
    return found


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", *_QUIET, "-C", str(root), *arguments],
            input=given,
            capture_output=True,
            env=environment,
            check=False,
        )
    except FileNotFoundError:
        raise HistoryError("git is not installed") from None
    if done.returncode and "rev-parse" not in arguments:
        raise HistoryError(_reason(done.stderr))
    if done.returncode and b"not a git repository" in done.stderr:
        raise HistoryError(f"{root}: is not in a git repository")
    return done.stdout


def _reason(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else "git failed"
