"""The server itself: what editors send, and what they get.

Reading and judging happen in one worker thread, so that typing is never held up; a change waits a
moment for the next one, and only the last is judged.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from vaultbp import __version__
from vaultbp.config import Config, load_config
from vaultbp.diagnostics import Diagnostic, Fix, Severity
from vaultbp.errors import ConfigError
from vaultbp.live import LiveVault
from vaultbp.lsp.completion import choices
from vaultbp.lsp.hover import hover
from vaultbp.lsp.positions import offset, span_range
from vaultbp.lsp.targets import backlinks, link_at, target
from vaultbp.notes import Note
from vaultbp.source import Source
from vaultbp.vault import find_root
from vaultbp.vault.disk import is_note, read_source

PAUSE = 0.15
"""Seconds without a change before a note is judged."""
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
_KINDS = {
    "note": lsp.CompletionItemKind.File,
    "file": lsp.CompletionItemKind.File,
    "heading": lsp.CompletionItemKind.Reference,
    "relation": lsp.CompletionItemKind.Property,
}
T = TypeVar("T")


class Server(LanguageServer):
    """One vault and the notes that are open in an editor."""

    def __init__(self) -> None:
        super().__init__(
            "vaultbp", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental
        )
        self.root: Path | None = None
        self.live: LiveVault | None = None
        self.worker = ThreadPoolExecutor(1, "vaultbp")
        self.typed: dict[str, int] = {}
        """Versions of the notes that are open, by path."""

    async def work(self, task: Callable[[], T]) -> T:
        """Do something slow in the worker; tasks follow one another, so none sees half a change."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, task)

    def path_of(self, uri: str) -> str | None:
        """A note's path in the vault; ``None`` for what is no note of it."""
        file = to_fs_path(uri)
        if file is None or self.root is None:
            return None
        try:
            path = Path(file).resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None
        return path if is_note(path) else None

    def uri_of(self, path: str) -> str:
        assert self.root is not None
        return str(from_fs_path(os.fspath(self.root / path)))

    def note_at(self, uri: str) -> tuple[LiveVault, Note] | None:
        """The vault and the note of a document, as last judged."""
        path = self.path_of(uri)
        if self.live is None or path is None:
            return None
        note = self.live.vault.by_path.get(path)
        return (self.live, note) if note is not None else None

    async def open_vault(self, folder: Path) -> None:
        """Read and judge the vault around a folder or note, and publish what was found."""
        root = find_root(folder)
        config = self._config(root)
        self.root = root
        self.live = await self.work(lambda: LiveVault.open(root, config))
        for path, found in self.live.diagnostics.items():
            if found:
                self._publish(self.live, path)

    def _config(self, root: Path) -> Config:
        try:
            return load_config(root)
        except ConfigError as error:
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, str(error)))
            return Config()

    async def take(self, uri: str, source: Callable[[str], Source | None]) -> None:
        """Take in one changed note and publish what that changes."""
        path, live = self.path_of(uri), self.live
        if path is None or live is None:
            return
        before = {name: list(found) for name, found in live.diagnostics.items()}
        judged = await self.work(lambda: live.update({path: source(path)}))
        for name in live.diagnostics.keys() | before.keys():
            if name in judged or live.diagnostics.get(name, []) != before.get(name, []):
                self._publish(live, name)

    def _publish(self, live: LiveVault, path: str) -> None:
        note = live.vault.by_path.get(path)
        found = live.diagnostics.get(path, []) if note else []
        items = [_diagnostic(note.source, item) for item in found] if note else []
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(self.uri_of(path), items, self.typed.get(path))
        )


def _diagnostic(source: Source, item: Diagnostic) -> lsp.Diagnostic:
    text = item.message if item.help is None else f"{item.message}\n{item.help}"
    return lsp.Diagnostic(
        range=span_range(source, item.span),
        message=text,
        severity=_SEVERITIES[item.severity],
        code=item.rule,
        source="vaultbp",
    )


server = Server()


@server.feature(lsp.INITIALIZED)
async def initialized(ls: Server, params: lsp.InitializedParams) -> None:
    """Open the folder that the editor has open; without one the first note decides."""
    folders = list(ls.workspace.folders.values())
    uri = folders[0].uri if folders else ls.workspace.root_uri
    folder = to_fs_path(uri) if uri else None
    if folder:
        await ls.open_vault(Path(folder))


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
async def opened(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Judge the text that the editor holds, which may not be saved."""
    document = params.text_document
    file = to_fs_path(document.uri)
    if ls.live is None and ls.root is None and file:
        await ls.open_vault(Path(file))
    await _judge(ls, document.uri, document.version)


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
async def changed(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Wait for a pause in typing, then judge what is there."""
    path = ls.path_of(params.text_document.uri)
    version = params.text_document.version
    if path is None:
        return
    ls.typed[path] = version
    await asyncio.sleep(PAUSE)
    if ls.typed.get(path) == version:
        await _judge(ls, params.text_document.uri, version)


async def _judge(ls: Server, uri: str, version: int) -> None:
    path = ls.path_of(uri)
    if path is None:
        return
    ls.typed[path] = version
    text = ls.workspace.get_text_document(uri).source
    await ls.take(uri, lambda name: Source.from_bytes(name, text.encode("utf-8", "surrogatepass")))


@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
async def closed(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """What counts now is the file on disk."""
    path, root = ls.path_of(params.text_document.uri), ls.root
    if path is None or root is None:
        return
    ls.typed.pop(path, None)
    there = (root / path).is_file()
    await ls.take(params.text_document.uri, lambda p: read_source(root, p) if there else None)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
async def hovered(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """A formula's verdict and steps, or what a link leads to."""
    found = ls.note_at(params.text_document.uri)
    if found is None:
        return None
    live, note = found
    said = hover(live.facts, note, offset(note.source, params.position))
    if said is None:
        return None
    content = lsp.MarkupContent(lsp.MarkupKind.Markdown, said[0])
    return lsp.Hover(content, span_range(note.source, said[1]))


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
async def defined(ls: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    """The note, heading or block that a link names."""
    found = ls.note_at(params.text_document.uri)
    link = link_at(found[1], offset(found[1].source, params.position)) if found else None
    if found is None or link is None:
        return None
    live, note = found
    place = target(live.facts, note, link)
    if place is None:
        return None
    path, span = place
    other = live.vault.by_path.get(path)
    where = span_range(other.source if other else Source(path, ""), span)
    return lsp.Location(ls.uri_of(path), where)


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
async def referred(ls: Server, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Every link to the note that is named under the pointer, or to this note."""
    found = ls.note_at(params.text_document.uri)
    if found is None:
        return None
    live, note = found
    link = link_at(note, offset(note.source, params.position))
    place = target(live.facts, note, link) if link else (note.path, None)
    return (
        [
            lsp.Location(ls.uri_of(path), span_range(live.vault.by_path[path].source, span))
            for path, span in backlinks(live.facts, place[0])
        ]
        if place
        else None
    )


@server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=["[", "#"]))
async def completed(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    """Notes and headings in links, relations in properties."""
    found = ls.note_at(params.text_document.uri)
    if found is None:
        return lsp.CompletionList(False, [])
    live, note = found
    text = ls.workspace.get_text_document(params.text_document.uri).source
    source = Source(note.path, text)
    at = offset(source, params.position)
    items = [
        lsp.CompletionItem(
            choice.text,
            kind=_KINDS[choice.kind],
            detail=choice.detail,
            insert_text=f"{choice.text}: " if choice.kind == "relation" else choice.text,
        )
        for choice in choices(live.facts, note, source, at)
    ]
    return lsp.CompletionList(False, items)


@server.feature(
    lsp.TEXT_DOCUMENT_CODE_ACTION,
    lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix]),
)
async def acted(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """The fixes of the findings in a range."""
    found = ls.note_at(params.text_document.uri)
    if found is None:
        return []
    live, note = found
    start = offset(note.source, params.range.start)
    end = offset(note.source, params.range.end)
    return [
        _action(params.text_document.uri, note.source, item, item.fix)
        for item in live.diagnostics.get(note.path, [])
        if item.fix is not None and item.span.start <= end and start <= item.span.end
    ]


def _action(uri: str, source: Source, item: Diagnostic, fix: Fix) -> lsp.CodeAction:
    edits = [lsp.TextEdit(span_range(source, edit.span), edit.text) for edit in fix.edits]
    return lsp.CodeAction(
        title=fix.message,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[_diagnostic(source, item)],
        edit=lsp.WorkspaceEdit(changes={uri: edits}),
        is_preferred=fix.safe,
    )
