"""Confinement: which layers can be reached here, and how a child enters them.

Every layer is first tried in a throw-away process. What was found missing is reported with the reason;
what was found to work and then fails in a child ends that child: it is never silently weaker.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from vaultbp.cells import kernel, landlock, limits, namespaces, seccomp
from vaultbp.cells.results import LAYERS


@dataclass
class Confinement:
    """What the fork server's children enter."""

    scratch: list[Path]
    """A folder for each slot: the child's working folder."""
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    _rules: int = -1
    """The slot's Landlock rule set."""

    @property
    def forbids_fork(self) -> bool:
        return "seccomp" in self.layers

    def ready(self) -> None:
        """In the server, once everything is loaded: what all children have in common.

        The server itself is bound by nothing that it needs.
        """
        if "limits" in self.layers:
            limits.limit_sizes()
        if self._drops:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        if "seccomp" in self.layers:
            seccomp.enter_server()

    def renew(self, slot: int) -> None:
        """In the server: give a slot whose process was ended an empty folder."""
        self._empty(self.scratch[slot])

    def begin(self, slot: int) -> None:
        """In the process of a slot: all that can be done once for all its children."""
        self._folder = str(self.scratch[slot])
        self._server = os.getpid()
        os.environ["HOME"] = os.environ["TMPDIR"] = self._folder
        self._settle()

    def enter(self, seconds: float) -> None:
        """Confine this process, a fresh child of a slot's, for good. Raises OSError.

        Every line here is paid for by every note, so it calls nothing that ``begin`` can prepare.
        """
        os.setsid()
        if self._limits is not None:
            self._limits.enter(seconds)
        if self._filter is not None:
            self._filter.put(os.getpid())
        for step in self._steps:
            kernel.take(step)
        if self._rules >= 0:
            os.close(self._rules)
        if os.getppid() != self._server:
            raise OSError("the process that was to watch over this one has ended")

    def clean(self, slot: int) -> None:
        """In the process of a slot: empty its folder, so that no note finds what another left."""
        if os.listdir(self._folder):  # noqa: PTH208 - once per note
            self._empty(self.scratch[slot])
            self._settle()

    @property
    def _drops(self) -> bool:
        return bool({"landlock", "seccomp", "namespaces"} & {*self.layers})

    def _settle(self) -> None:
        """Move into the folder and prepare the calls that bind a child to it."""
        os.chdir(self._folder)
        if self._rules >= 0:
            os.close(self._rules)
            self._rules = -1
        self._limits = None
        if "limits" in self.layers:
            self._limits = limits.Use(tasks="namespaces" in self.layers)
        self._filter = seccomp.child_filter() if "seccomp" in self.layers else None
        self._steps: list[kernel.Step] = []
        if kernel.on_linux:
            self._steps.append(kernel.prctl_step(kernel.PR_SET_PDEATHSIG, signal.SIGKILL))
        if self._drops:
            self._steps.append(kernel.drop_step())
        if "landlock" in self.layers:
            self._rules = self._ruleset()
            self._steps.append(landlock.enter_step(self._rules))
        if self._filter is not None:
            self._steps.append(self._filter.step())

    def _empty(self, folder: Path) -> None:
        if "namespaces" in self.layers:
            namespaces.empty_scratch(folder)
        else:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)

    def _ruleset(self) -> int:
        """Without a file system of bounded size nothing at all may be written."""
        folder = Path(self._folder)
        writable = [folder] if "namespaces" in self.layers else []
        return landlock.ruleset([*landlock.packages(), folder], writable)


class Trials:
    """Tries each wanted layer in a process of its own; they run while the server loads its modules."""

    def __init__(self, scratch: list[Path], wanted: Collection[str]) -> None:
        self._scratch = scratch
        self._running = {
            layer: _Trial(_TRIALS[layer], scratch) for layer in LAYERS[1:] if layer in wanted
        }

    def enter(self) -> Confinement:
        """Wait for what they found, and enter the layers that the server itself enters.

        With namespaces this returns in another process than the one that called.
        """
        layers, missing = ["process"], []
        for layer, trial in self._running.items():
            problem = trial.problem()
            if problem is None:
                layers.append(layer)
            else:
                missing.append(f"{layer}: {problem}")
        if "landlock" in layers:
            missing += landlock.shortcomings(landlock.version())
        if kernel.on_linux:
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        if "namespaces" in layers:
            namespaces.enter(self._scratch)
        return Confinement(self._scratch, tuple(layers), tuple(missing))


def _try_limits(scratch: list[Path]) -> None:
    limits.limit_sizes()
    limits.Use(tasks=False).enter(60.0)


def _try_landlock(scratch: list[Path]) -> None:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.take(landlock.enter_step(landlock.ruleset(landlock.packages(), [])))
    _must_fail("landlock", lambda: os.listdir("/"))  # noqa: PTH208 - one call, one right


def _try_seccomp(scratch: list[Path]) -> None:
    seccomp.require()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.enter_server()
    _must_fail("seccomp", lambda: socket.socket(socket.AF_UNIX))
    short = seccomp.child_filter()
    short.put(os.getpid())
    kernel.take(short.step())
    _must_fail("seccomp", os.fork)


def _try_namespaces(scratch: list[Path]) -> None:
    if not kernel.on_linux:
        raise OSError("only on Linux")
    namespaces.enter(scratch)


_TRIALS: dict[str, Callable[[list[Path]], None]] = {
    "limits": _try_limits,
    "landlock": _try_landlock,
    "seccomp": _try_seccomp,
    "namespaces": _try_namespaces,
}


def _must_fail(layer: str, forbidden: Callable[[], object]) -> None:
    try:
        forbidden()
    except PermissionError:
        return
    raise OSError(f"{layer} was entered and confined nothing")


class _Trial:
    """One layer being tried in a throw-away process."""

    def __init__(self, enter: Callable[[list[Path]], None], scratch: list[Path]) -> None:
        self._answer, writer = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            problem = ""
            try:
                enter(scratch)
            except BaseException as error:
                problem = str(getattr(error, "strerror", None) or error)
            finally:
                os.write(writer, json.dumps(problem).encode())
                os._exit(0)
        os.close(writer)

    def problem(self) -> str | None:
        """Why the layer cannot be had; ``None`` if it can."""
        with os.fdopen(self._answer, "rb") as answer:
            said = answer.read()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._process, 0)
        problem: str = json.loads(said) if said else "the trial ended without an answer"
        return problem or None
