"""``vaultbp run NOTE[#CELL]``: run a note's cells, confined, and show what they print."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from vaultbp.cells.cache import Cache
from vaultbp.commands import ConfinementRefusal, Refusal
from vaultbp.commands._answers import TAKEN
from vaultbp.commands._cells import Progress, as_json, as_text, comparisons_as_text
from vaultbp.commands._options import color_option, palette
from vaultbp.config import load_config
from vaultbp.source import Source
from vaultbp.terminal import harmless

if TYPE_CHECKING:
    from vaultbp.cells import CellResult, Run
    from vaultbp.cells.results import Mode
    from vaultbp.commands._answers import Asked
    from vaultbp.notes import Link, Note
    from vaultbp.terminal import Palette
    from vaultbp.vault import Vault


@click.command()
@click.argument("target", metavar="NOTE[#CELL]", default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--update", is_flag=True, help="Write what the cells print into the notes.")
@click.option("--diff", is_flag=True, help="Show what --update would write, and write nothing.")
@click.option("--check", is_flag=True, help="Exit with 1 if --update would write anything.")
@click.option("--sandbox", type=click.Choice(["require", "best", "off"]), help="How confined.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds for each cell.")
@click.option("--jobs", "-j", type=click.IntRange(1), help="Notes at once; default: the cores.")
@click.option("--trust", is_flag=True, help="Trust this vault from now on, on this machine.")
@click.option("--rerun", is_flag=True, help="Run everything, whatever the cache knows.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option(
    "--verify",
    type=click.IntRange(1),
    metavar="N",
    help="Run N notes whose results are kept once more, and compare.",
)
@color_option
@click.pass_obj
def command(
    asked: Asked | None,
    target: str,
    form: str,
    update: bool,
    diff: bool,
    check: bool,
    sandbox: Mode | None,
    timeout: float | None,
    jobs: int | None,
    trust: bool,
    rerun: bool,
    no_cache: bool,
    verify: int | None,
    color: str,
) -> None:
    """Run the code cells of a note (or of every note in a folder) and show what they print.

    CELL is a cell's name or its number. Cells run confined, without network and files; a note is
    changed only with --update. Exit code 1 if a cell did not pass, 3 if the sandbox that is required
    cannot be had.
    """
    folder = Path(target).resolve() if asked and Path(target).is_dir() else None
    state = asked.state(folder) if asked and folder else None  # before anything of it is read
    root, paths, wanted = _locate(target)
    config = load_config(root)
    sources = _sources(root, paths)
    if trust:
        _trust(root)
    if verify is not None:
        mode = sandbox or config.cells.sandbox
        _verify(root, sources, verify, mode, timeout or config.cells.timeout, jobs, palette(color))
    began = time.monotonic()
    done = _run(
        root,
        [_up_to(source, wanted) for source in sources] if wanted else sources,
        mode=sandbox or config.cells.sandbox,
        timeout=timeout or config.cells.timeout,
        jobs=jobs,
        cache=None if no_cache else asked.cache if asked else Cache(),
        rerun=rerun,
    )
    results = [cell for cell in done.cells if wanted is None or _is_named(cell, wanted, done)]
    text = ""
    if form == "json":
        text = as_json(results, done.sandbox)
    elif not (diff or check):
        paint = palette(color)
        said = as_text(results, done, TAKEN, paint)
        text = TAKEN.join(harmless(part, painted=paint.on) for part in said.split(TAKEN))
    if text:
        click.echo(text.replace(TAKEN, f"{time.monotonic() - began:.2f} s"), color=True)
    stale = 0
    if update or diff or check:
        shown = [(each, results if wanted else done.results.get(each.path, ())) for each in sources]
        stale = _update(root, shown, write=update and not (diff or check), show=diff)
    bad = [
        cell for cell in results if not _is_good(cell, printed_otherwise=update or diff or check)
    ]
    code = 1 if bad or (check and stale) else 0
    if asked and folder and state and done.known and not done.notices:
        if not any(source.damage for source in sources):  # which was said beside the answer
            asked.keep(folder, state, text, code)
    raise click.exceptions.Exit(code)


def _run(
    root: Path,
    notes: Sequence[Note | Source],
    *,
    mode: Mode,
    timeout: float,
    jobs: int | None,
    cache: Cache | None,
    rerun: bool,
) -> Run:
    """Run notes as far as this vault may be run, and close the cache. Raises Refusal."""
    from vaultbp import cells
    from vaultbp.cells.errors import SandboxRefusedError, ServerLostError
    from vaultbp.cells.trust import mode_for

    progress = Progress()
    try:
        done = cells.run(
            notes,
            sandbox=mode_for(root, mode),
            timeout=timeout,
            jobs=jobs,
            lookup=_Lookup(root),
            cache=cache,
            rerun=rerun,
            progress=progress,
        )
    except SandboxRefusedError as error:
        raise ConfinementRefusal(str(error)) from None
    except ServerLostError as error:
        raise Refusal(str(error)) from None
    finally:
        progress.clear()
        if cache is not None:
            cache.close()
    for notice in done.notices:
        click.echo(f"vaultbp: {notice}", err=True)
    return done


def _verify(
    root: Path,
    sources: Sequence[Source],
    sample: int,
    mode: Mode,
    timeout: float,
    jobs: int | None,
    paint: Palette,
) -> NoReturn:
    """Compare a sample of what is kept with what comes out now, and exit. Raises Refusal."""
    from vaultbp.cells.errors import SandboxRefusedError, ServerLostError
    from vaultbp.cells.trust import mode_for
    from vaultbp.cells.verify import verify

    try:
        with Cache() as cache:
            compared = verify(
                sources,
                cache,
                sample,
                sandbox=mode_for(root, mode),
                timeout=timeout,
                jobs=jobs,
                lookup=_Lookup(root),
            )
    except SandboxRefusedError as error:
        raise ConfinementRefusal(str(error)) from None
    except ServerLostError as error:
        raise Refusal(str(error)) from None
    click.echo(comparisons_as_text(compared, paint), color=True)
    raise click.exceptions.Exit(1 if any(one.differs for one in compared) else 0)


class _Lookup:
    """Finds the notes that others import; the vault is read when the first import is met."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.vault: Vault | None = None

    def __call__(self, note: Note, link: Link) -> Note | None:
        if self.vault is None:
            from vaultbp.vault import load

            self.vault = load(self.root)
        return self.vault.note_at(note, link)


def _locate(target: str) -> tuple[Path, list[str], str | None]:
    """The vault, the paths in it of the notes that a target names, and the cell if it names one.

    Raises Refusal.
    """
    root, paths = _notes(target)
    if paths:
        return root, paths, None
    name, mark, cell = target.rpartition("#")
    if mark and cell and not Path(name).is_dir():
        root, paths = _notes(name)
    if not paths:
        raise Refusal(f"{target}: no such note here, neither by path nor by name")
    return root, paths, cell


def _notes(name: str) -> tuple[Path, list[str]]:
    """The notes at a path, or the one of that name below the current folder. Raises Refusal."""
    from vaultbp.vault.disk import find_root

    path = Path(name)
    if path.is_dir():
        found = _below(path)
        if not found:
            raise Refusal(f"{name}: no notes in this folder")
        return find_root(path), found
    for file in (path, Path(f"{name}.md")):
        if file.is_file():
            if file.suffix.lower() != ".md":
                raise Refusal(f"{name}: not a note (only *.md are notes)")
            root = find_root(file.parent)
            return root, [(file.parent.resolve() / file.name).relative_to(root).as_posix()]
    wanted = name.removesuffix(".md").casefold()
    named = [note for note in _below(Path()) if Path(note).stem.casefold() == wanted]
    if len(named) > 1:
        raise Refusal(f"{name}: several notes have this name: {', '.join(named)}")
    return find_root(Path()), named


def _below(folder: Path) -> list[str]:
    """The notes in a folder, as paths in its vault, in order."""
    from vaultbp.vault.disk import find_root, is_note, walk

    inside = folder.resolve().relative_to(find_root(folder)).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    return sorted(prefix + path for path in walk(folder) if is_note(path))


def _sources(root: Path, paths: Sequence[str]) -> list[Source]:
    """Read notes. Raises Refusal if the only one cannot be read; of several, it is said."""
    from vaultbp.vault.disk import read_source

    found = []
    for path in paths:
        source = read_source(root, path)
        if source.damage and not source.text:
            if len(paths) == 1:
                raise Refusal(f"{path}: {source.damage}")
            click.echo(f"vaultbp: {path} {source.damage}", err=True)
        found.append(source)
    return found


def _up_to(source: Source, wanted: str) -> Note:
    """The note with its cells up to the one wanted, which needs those above it. Raises Refusal."""
    from msgspec.structs import replace

    from vaultbp.cells.plan import plan_note
    from vaultbp.notes import read

    note = read(source)
    pieces = plan_note(note).pieces
    for number, piece in enumerate(pieces, 1):
        if wanted in (piece.name, str(number)):
            last = note.cells.index(piece.output or piece.cell)
            return replace(note, cells=note.cells[: last + 1])
    names = ", ".join(piece.name for piece in pieces) or "none"
    raise Refusal(f"{source.path}: no cell {wanted!r}; its cells: {names}")


def _is_named(cell: CellResult, wanted: str, done: Run) -> bool:
    number = done.results[cell.path].index(cell) + 1
    return wanted in (cell.name, str(number))


def _is_good(cell: CellResult, *, printed_otherwise: bool) -> bool:
    """``printed_otherwise``: an output fence that differs is about to be dealt with."""
    if cell.status in ("passed", "skipped"):
        return True
    from vaultbp.cells.outputs import DIFFERS

    return printed_otherwise and cell.error is not None and cell.error.type == DIFFERS


def _trust(root: Path) -> None:
    from vaultbp.cells.trust import trust

    try:
        trust(root)
    except OSError as error:
        raise Refusal(f"cannot keep the list of trusted vaults: {error.strerror}") from None
    click.echo(f"vaultbp: {root} is trusted from now on", err=True)


def _update(
    root: Path,
    shown: Sequence[tuple[Source, Sequence[CellResult]]],
    *,
    write: bool,
    show: bool,
) -> int:
    """Bring the output fences up to date, or show what would be; how many notes are not."""
    from vaultbp import fixes
    from vaultbp.cells.outputs import edits
    from vaultbp.notes import read

    stale = 0
    for source, results in shown:
        if not results or source.damage is not None:
            continue
        changes = list(edits(read(source), results))
        if not changes:
            continue
        stale += 1
        rewrite = fixes.Rewrite(source, fixes.apply(source.text, changes), ())
        if show:
            click.echo(rewrite.diff(), nl=False)
        elif not write:
            click.echo(f"{source.path}: output is not up to date", err=True)
        else:
            try:
                fixes.write(root, rewrite)
            except fixes.FixError as error:
                raise Refusal(str(error)) from None
            click.echo(f"vaultbp: updated {source.path}", err=True)
    return stale
