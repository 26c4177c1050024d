"""What a hostile cell can do, at each level of confinement that this system can reach.

Each attack reports ``OPEN`` from inside the cell when it succeeded. The table says from which layers
on it must fail; below them it may succeed, and then this file says so. Every attack is bounded, stays
on this machine and ends by itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cells.processes import descendants, processes_with
from tests.cells.running import make_note, run_notes
from vaultbp.cells import CellResult
from vaultbp.cells.children import ForkServer
from vaultbp.cells.results import LAYERS

LEVELS = [
    LAYERS[:1],
    LAYERS[:2],
    LAYERS[:3],
    LAYERS[:4],
    LAYERS,
    ("process", "limits", "seccomp"),
    ("process", "limits", "namespaces"),
]
"""One layer more each time; then those that a system may offer without the others."""


@pytest.fixture(scope="module")
def reachable() -> frozenset[str]:
    with ForkServer(LAYERS, (), 1) as server:
        return frozenset(server.reached().layers)


@dataclass(frozen=True)
class Attack:
    """``code`` prints OPEN when it gets through; ``stops`` are the layers each of which stops it."""

    name: str
    code: str
    stops: frozenset[str]


def attack(name: str, stops: str, code: str) -> Attack:
    return Attack(name, code, frozenset(stops.split()))


ATTACKS = [
    attack(
        "TCP to this machine",
        "landlock seccomp namespaces",
        "import socket\nsocket.create_connection(('127.0.0.1', {tcp}), 2)\nprint('OPEN')",
    ),
    attack(
        "UDP",
        "seccomp namespaces",
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.sendto(b'OPEN', ('127.0.0.1', {udp}))\nprint('OPEN')",
    ),
    attack(
        "Unix socket by path",
        "seccomp",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('{unix}')\nprint('OPEN')",
    ),
    attack(
        "abstract Unix socket",
        "landlock seccomp namespaces",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0{abstract}')\n"
        "print('OPEN')",
    ),
    attack("read a file of the user", "landlock", "print('OPEN', open('{secret}').read())"),
    attack(
        "list a folder of the user", "landlock", "import os\nprint('OPEN', os.listdir('{home}'))"
    ),
    attack("write outside", "landlock", "open('{home}/written', 'w').write('x')\nprint('OPEN')"),
    attack("delete a file", "landlock", "import os\nos.unlink('{victim}')\nprint('OPEN')"),
    attack(
        "shared folder in memory", "landlock", "open('/dev/shm/{name}', 'w').close()\nprint('OPEN')"
    ),
    attack(
        "one file of 20 MB",
        "limits",
        "with open('big', 'wb', buffering=0) as f:\n"
        "    for _ in range(20): assert f.write(b'x' * (1 << 20)) == 1 << 20\nprint('OPEN')",
    ),
    attack(
        "twelve files of 7 MB",
        "landlock namespaces",
        "for i in range(12):\n    open(f'f{{i}}', 'wb').write(b'x' * (7 << 20))\nprint('OPEN')",
    ),
    attack("10 GB of memory", "limits", "import mmap\nx = mmap.mmap(-1, 10 << 30)\nprint('OPEN')"),
    attack(
        "fork",
        "seccomp",
        "import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\nprint('OPEN')",
    ),
    attack(
        "execute a program",
        "seccomp",
        "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo OPEN'])",
    ),
    attack(
        "start a program", "seccomp", "import subprocess\nsubprocess.run(['true'])\nprint('OPEN')"
    ),
    attack(
        "signal the runner",
        "landlock seccomp namespaces",
        "import os\nos.kill({runner}, 0)\nprint('OPEN')",
    ),
    attack(
        "signal the fork server",
        "landlock seccomp",
        "import os\nos.kill(os.getppid(), 0)\nprint('OPEN')",
    ),
    attack(
        "attach to the fork server",
        "landlock seccomp",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "assert libc.ptrace(16, os.getppid(), 0, 0) == 0\n"
        "os.waitpid(os.getppid(), 0x40000000)\n"
        "libc.ptrace(17, os.getppid(), 0, 0)\nprint('OPEN')",
    ),
    attack(
        "read the runner's environment",
        "landlock namespaces",
        "print('OPEN', len(open('/proc/{runner}/environ', 'rb').read()))",
    ),
    attack(
        "read the runner's memory",
        "landlock seccomp namespaces",
        "import ctypes\nlibc = ctypes.CDLL(None)\nbuffer = ctypes.create_string_buffer(8)\n"
        "class V(ctypes.Structure): _fields_ = [('b', ctypes.c_void_p), ('n', ctypes.c_size_t)]\n"
        "here = V(ctypes.addressof(buffer), 8)\nthere = V({address}, 8)\n"
        "assert libc.process_vm_readv({runner}, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0\n"
        "print('OPEN')",
    ),
    attack(
        "new namespaces",
        "seccomp",
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0\nprint('OPEN')",
    ),
    attack(
        "io_uring",
        "seccomp",
        "import ctypes\nbuffer = ctypes.create_string_buffer(120)\n"
        "assert ctypes.CDLL(None).syscall(425, 4, buffer) >= 0\nprint('OPEN')",
    ),
    attack(
        "shared memory between notes",
        "seccomp",
        "import ctypes\nassert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0\nprint('OPEN')",
    ),
    attack(
        "outlive the runner",
        "seccomp",
        "import ctypes\nassert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0\nprint('OPEN')",
    ),
    attack(
        "lift a limit",
        "limits",
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))\nprint('OPEN')",
    ),
    attack(
        "secrets in the environment",
        "process",
        "import os\nassert 'SECRET' in os.environ\nprint('OPEN')",
    ),
    attack(
        "a privilege",
        "landlock seccomp namespaces",
        "import os\nos.setuid(12345)\nassert os.getuid() == 12345\nprint('OPEN')",
    ),
]


@dataclass
class Targets:
    """What the attacks aim at, all of it this test's own."""

    values: dict[str, object]
    home: Path
    udp: socket.socket


@pytest.fixture(scope="module")
def targets() -> Iterator[Targets]:
    with tempfile.TemporaryDirectory(prefix="vaultbp-attacked-") as folder:
        home = Path(folder)
        home.chmod(0o777)
        (home / "secret").write_text("the secret")
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        unix.bind(str(home / "socket"))
        abstract.bind(f"\0vaultbp-{os.getpid()}")
        for listening in (unix, abstract):
            listening.listen(64)
        import ctypes

        known = ctypes.create_string_buffer(b"known bytes")
        values: dict[str, object] = {
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "unix": home / "socket",
            "abstract": f"vaultbp-{os.getpid()}",
            "secret": home / "secret",
            "victim": home / "victim",
            "home": home,
            "name": f"vaultbp-{os.getpid()}",
            "runner": os.getpid(),
            "address": ctypes.addressof(known),
        }
        yield Targets(values, home, udp)
        for used in (tcp, udp, unix, abstract):
            used.close()
        Path("/dev/shm", f"vaultbp-{os.getpid()}").unlink(missing_ok=True)


def attacked(
    layers: tuple[str, ...], targets: Targets, monkeypatch: pytest.MonkeyPatch
) -> dict[str, CellResult]:
    """Run every attack at one level; the results by name."""
    monkeypatch.setenv("SECRET", "do not tell")
    (targets.home / "victim").write_text("alive")
    notes = [make_note(a.code.format(**targets.values), path=f"{a.name}.md") for a in ATTACKS]
    done = run_notes(*notes, layers=layers, timeout=10.0)
    assert set(done.sandbox.layers) == set(layers), done.sandbox
    return {result.path.removesuffix(".md"): result for result in done.cells}


BARE = LAYERS[:1]
NEEDS_MORE = {
    "secrets in the environment",
    "attach to the fork server",
    "io_uring",
    "new namespaces",
    "a privilege",
    "read the runner's memory",
    "lift a limit",
}
"""What the system itself may already deny to this user."""


@pytest.mark.parametrize("layers", LEVELS, ids="+".join)
def test_the_table(
    layers: tuple[str, ...],
    reachable: frozenset[str],
    targets: Targets,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not set(layers) <= reachable:
        pytest.skip(f"not reachable here: {', '.join(set(layers) - reachable)}")
    results = attacked(layers, targets, monkeypatch)
    opened = {name for name, result in results.items() if "OPEN" in result.stdout}
    must_fail = {a.name for a in ATTACKS if a.stops & set(layers)}
    print(f"open at {'+'.join(layers)}:", ", ".join(sorted(opened)) or "none")
    assert not opened & must_fail, {name: results[name] for name in opened & must_fail}
    assert not [name for name, result in results.items() if result.status == "timeout"]
    if layers == BARE:  # a table of attacks that never work would prove nothing
        closed = set(results) - opened - NEEDS_MORE
        assert not closed, {name: results[name].error for name in closed}


def test_the_datagram_did_not_arrive(
    reachable: frozenset[str], targets: Targets, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not {"seccomp", "namespaces"} & reachable:
        pytest.skip("neither seccomp nor namespaces can be had here")
    targets.udp.setblocking(False)
    while True:
        try:
            targets.udp.recv(64)
        except BlockingIOError:
            break
    attacked(tuple(layer for layer in LAYERS if layer in reachable), targets, monkeypatch)
    with pytest.raises(BlockingIOError):
        targets.udp.recv(64)
    assert (targets.home / "victim").read_text() == "alive"


def test_wanted_work_is_possible_at_every_level(reachable: frozenset[str]) -> None:
    code = (
        "import numpy as np, sqlite3, tempfile, threading, asyncio\n"
        "print(np.linalg.det(np.eye(3)), np.random.default_rng(0).normal() < 9)\n"
        "print(sqlite3.connect(':memory:').execute('select 6 * 7').fetchone()[0])\n"
        "t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()\n"
        "async def later(): return 'async'\n"
        "print(asyncio.run(later()))\n"
        "import json, decimal, dataclasses, statistics, fractions, urllib.parse, zoneinfo, csv\n"
    )
    for layers in (LAYERS[:1], LAYERS[:4], LAYERS):
        if set(layers) <= reachable:
            (result,) = run_notes(make_note(code), layers=layers).cells
            assert result.status == "passed", (layers, result)
            assert result.stdout == "1.0 True\n42\nthread\nasync\n"


def test_a_scratch_folder_is_there_and_empty_for_each_note(reachable: frozenset[str]) -> None:
    if "namespaces" not in reachable:
        pytest.skip("without namespaces nothing may be written")
    code = "import os\nprint(os.listdir('.'))\nopen('left', 'w').write('x')\nos.makedirs('a/b')"
    notes = [make_note(code, path=f"{number}.md") for number in range(4)]
    done = run_notes(*notes, jobs=1)
    assert [result.stdout for result in done.cells] == ["[]\n"] * 4


def test_many_threads_and_forks_are_capped() -> None:
    threads = (
        "import threading, time\n"
        "for _ in range(600): threading.Thread(target=time.sleep, args=(3,)).start()\n"
        "print('OPEN')"
    )
    (result,) = run_notes(make_note(threads), timeout=10.0).cells
    assert result.status == "failed", result
    assert "OPEN" not in result.stdout


@pytest.mark.parametrize("layers", [LAYERS[:2], LAYERS], ids=["limits", "all"])
def test_grandchildren_do_not_outlive_the_run(layers: tuple[str, ...], tmp_path: Path) -> None:
    mark = f"vaultbp-orphan-{os.getpid()}"
    code = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        os.execv('/bin/sh', ['{mark}', '-c', 'sleep 20'])\n"
        "    os._exit(0)\n"
        "print('parent')"
    )
    began = time.monotonic()
    run_notes(make_note(code), make_note("print(1)", path="b.md"), layers=layers)
    assert time.monotonic() - began < 10
    assert not processes_with(mark)


def test_a_note_that_stops_the_fork_server_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without confinement a note can freeze the server: the parent starts another."""
    monkeypatch.setattr("vaultbp.cells.pool.BEGIN_WITHIN", 2.0)
    freeze = f"import os, time\nos.kill(os.getppid(), {int(signal.SIGSTOP)})\ntime.sleep(60)"
    done = run_notes(
        make_note(freeze, path="a.md"),
        *[make_note("print(1)", path=f"{number}.md") for number in range(4)],
        layers=LAYERS[:1],
        timeout=1.0,
    )
    statuses = [result.status for result in done.cells]
    assert statuses[0] in ("timeout", "killed")
    assert statuses[1:] == ["passed"] * 4


def test_a_note_that_kills_the_fork_server_is_found_out() -> None:
    kill = f"import os, time\nos.kill(os.getppid(), {int(signal.SIGKILL)})\ntime.sleep(60)"
    done = run_notes(
        make_note(kill, path="a.md"),
        *[make_note("print(1)", path=f"{number}.md") for number in range(4)],
        layers=LAYERS[:1],
    )
    statuses = [result.status for result in done.cells]
    assert statuses == ["killed", *["passed"] * 4]


def test_the_runner_killed_leaves_no_process() -> None:
    mark = f"vaultbp-abandoned-{os.getpid()}"
    code = f"import time\nprint({mark!r})\ntime.sleep(30)"
    program = (
        "from tests.cells.running import make_note, run_notes\n"
        f"run_notes(make_note({code!r}), timeout=60.0)"
    )
    runner = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 20
    while not (below := descendants(runner.pid)) or len(below) < 3:
        assert runner.poll() is None
        assert time.monotonic() < deadline, "the note never began"
        time.sleep(0.05)
    runner.kill()
    runner.wait()
    deadline = time.monotonic() + 5
    while any(Path("/proc", str(process)).exists() for process in below):
        assert time.monotonic() < deadline, "processes left behind"
        time.sleep(0.05)


def test_the_table_holds_for_an_ordinary_user_too(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the tests above ran as an ordinary user")
    nobody = 65534
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-x"]
    place = Path(tempfile.mkdtemp(prefix="vaultbp-nobody-"))
    try:
        os.chown(place, nobody, nobody)
        done = subprocess.run(
            [
                *command,
                f"--basetemp={place / 'base'}",
                __file__,
                "-k",
                "test_the_table and not user",
            ],
            cwd=Path(__file__).parents[2],
            env={"PATH": os.defpath, "HOME": str(place), "TMPDIR": str(place)},
            user=nobody,
            group=nobody,
            extra_groups=(),
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        pytest.skip(f"an ordinary user may not run {sys.executable}")
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout
