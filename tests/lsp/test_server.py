"""The language server, spoken to by a real client over stdio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="pygls is not installed (vaultbp[lsp])")

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

NOTES = {
    "Start.md": "---\nup: [[Slope]]\n---\n😀 [[Slope#Steps]] and [[Slpoe]] 𝑥\n",
    "ideas/Slope.md": "# Slope\n\n## Steps\n\n$$y = 3x^2$$\n\n$$\\frac{dy}{dx} = 5x$$\n\nEnd. ^last\n",
}
TIMEOUT = 30


class Client(LanguageClient):
    """Remembers what was published, and waits for more."""

    def __init__(self) -> None:
        super().__init__("tests", "1")
        self.published: dict[str, list[lsp.Diagnostic]] = {}
        self.news = asyncio.Event()

    async def until(self, uri: str, holds: Callable[[list[str]], bool]) -> list[lsp.Diagnostic]:
        """Wait until the rules found in a document are as wanted."""
        while True:
            found = self.published.get(uri, [])
            if uri in self.published and holds([str(item.code) for item in found]):
                return found
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), TIMEOUT)


Talk = Callable[[Client, Path], Awaitable[None]]


async def _converse(root: Path, talk: Talk) -> None:
    client = Client()

    def published(params: lsp.PublishDiagnosticsParams) -> None:
        client.published[params.uri] = list(params.diagnostics)
        client.news.set()

    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
    await client.start_io(sys.executable, "-m", "vaultbp", "lsp")
    folder = lsp.WorkspaceFolder(root.as_uri(), "vault")
    started = await client.initialize_async(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(),
            workspace_folders=[folder],
            root_uri=root.as_uri(),
        )
    )
    assert started.server_info is not None
    assert started.server_info.name == "vaultbp"
    client.initialized(lsp.InitializedParams())
    await client.until(uri(root, "Start.md"), lambda rules: "unquoted-link" in rules)
    await talk(client, root)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]


@pytest.fixture
def converse(tmp_path: Path) -> Callable[[Talk], None]:
    root = tmp_path.resolve()
    (root / "ideas").mkdir()
    for path, text in NOTES.items():
        (root / path).write_text(text, encoding="utf-8")

    def in_a_thread(talk: Talk) -> None:
        # A thread has no event loop yet, whatever other tests left running in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_converse(root, talk))).result(4 * TIMEOUT)

    return in_a_thread


def uri(root: Path, path: str) -> str:
    return (root / path).as_uri()


def document(root: Path, path: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri(root, path))


def open_note(client: Client, root: Path, path: str, text: str | None = None) -> None:
    content = NOTES[path] if text is None else text
    item = lsp.TextDocumentItem(uri(root, path), lsp.LanguageKind.Markdown, 1, content)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))


def change(client: Client, root: Path, path: str, version: int, text: str) -> None:
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(version, uri(root, path)),
            [lsp.TextDocumentContentChangeWholeDocument(text)],
        )
    )


def test_findings_come_as_one_types_and_go_when_mended(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        path = "ideas/Slope.md"
        open_note(client, root, path)
        found = await client.until(uri(root, path), lambda rules: rules == ["wrong-derivation"])
        assert found[0].range.start.line == 6
        for version in range(2, 8):
            change(client, root, path, version, NOTES[path] + "x" * version)
        change(client, root, path, 9, NOTES[path].replace("5x", "6x"))
        await client.until(uri(root, path), lambda rules: not rules)
        change(client, root, path, 10, NOTES[path].replace("## Steps", "## Other"))
        await client.until(uri(root, "Start.md"), lambda rules: "missing-heading" in rules)
        client.text_document_did_close(lsp.DidCloseTextDocumentParams(document(root, path)))
        await client.until(uri(root, "Start.md"), lambda rules: "missing-heading" not in rules)

    converse(talk)


def test_columns_are_utf_16(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        found = client.published[uri(root, "Start.md")]
        item = next(item for item in found if item.code == "unresolved-link")
        line = NOTES["Start.md"].splitlines()[item.range.start.line]
        units = line.encode("utf-16-le")
        start, end = item.range.start.character, item.range.end.character
        assert "Slpoe" in units[2 * start : 2 * end].decode("utf-16-le")

    converse(talk)


def test_hovering_shows_verdicts_and_targets(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        async def hover(path: str, line: int, character: int) -> str:
            position = lsp.Position(line, character)
            found = await client.text_document_hover_async(
                lsp.HoverParams(document(root, path), position)
            )
            if found is None:
                return ""
            assert isinstance(found.contents, lsp.MarkupContent)
            return found.contents.value

        verdict = await hover("ideas/Slope.md", 6, 8)
        assert verdict.startswith("**✗ wrong**")
        assert "left is" in verdict
        link = await hover("Start.md", 3, 8)
        assert "**Slope** (ideas/Slope.md)" in link
        assert "# Slope" in link
        assert "No note is called 'Slpoe'" in await hover("Start.md", 3, 28)
        assert await hover("ideas/Slope.md", 1, 0) == ""

    converse(talk)


def test_links_are_followed_both_ways(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        place = await client.text_document_definition_async(
            lsp.DefinitionParams(document(root, "Start.md"), lsp.Position(3, 8))
        )
        assert isinstance(place, lsp.Location)
        assert place.uri == uri(root, "ideas/Slope.md")
        assert place.range.start.line == 2
        references = await client.text_document_references_async(
            lsp.ReferenceParams(
                lsp.ReferenceContext(False), document(root, "ideas/Slope.md"), lsp.Position(0, 0)
            )
        )
        assert {item.uri for item in references or ()} == {uri(root, "Start.md")}

    converse(talk)


def test_a_fix_is_offered_and_mends(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        place = lsp.Range(lsp.Position(1, 5), lsp.Position(1, 5))
        actions = await client.text_document_code_action_async(
            lsp.CodeActionParams(document(root, "Start.md"), place, lsp.CodeActionContext([]))
        )
        (action,) = actions or ()
        assert isinstance(action, lsp.CodeAction)
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[uri(root, "Start.md")]
        lines = NOTES["Start.md"].split("\n")
        line = lines[edit.range.start.line]
        lines[1] = (
            line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
        )
        open_note(client, root, "Start.md", "\n".join(lines))
        await client.until(uri(root, "Start.md"), lambda rules: "unquoted-link" not in rules)

    converse(talk)


def test_notes_headings_and_relations_are_completed(converse: Callable[[Talk], None]) -> None:
    async def talk(client: Client, root: Path) -> None:
        text = "---\nup: '[[Slope]]'\nus\n---\n[[\n[[Slope#\n"
        open_note(client, root, "Start.md", text)
        await client.until(uri(root, "Start.md"), lambda rules: "unresolved-link" not in rules)

        async def complete(line: int, character: int) -> list[str]:
            found = await client.text_document_completion_async(
                lsp.CompletionParams(document(root, "Start.md"), lsp.Position(line, character))
            )
            assert isinstance(found, lsp.CompletionList)
            return [item.label for item in found.items]

        assert set(await complete(4, 2)) == {"Start", "Slope"}
        assert await complete(5, 8) == ["Slope#Slope", "Slope#Steps"]
        assert {"usedIn", "enables"} <= set(await complete(2, 2))
        assert await complete(3, 3) == []

    converse(talk)
