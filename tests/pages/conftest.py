"""A real browser without a network. Without Chromium these tests are skipped, with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    path = next((found for found in map(shutil.which, filter(None, names)) if found), None)
    if path is None:
        pytest.skip("no Chromium here: `apt-get install chromium`, or name it in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        # Without its own sandbox Chromium also starts as root, as in a CI container; the pages are ours.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Trouble(list[str]):
    """What a page did that no page may do: errors, and requests for anything but its own file."""


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path, trouble: Trouble) -> Iterator[Open]:
    contexts = []

    def open_it(
        html: str | Path,
        fragment: str = "",
        *,
        dark: bool = False,
        width: int = 1280,
        height: int = 760,
        ready: bool = True,
    ) -> Page:
        path = html if isinstance(html, Path) else tmp_path / "page.html"
        if isinstance(html, str):
            path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: trouble.append(f"console: {said.text}") if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda sent: (
                trouble.append(f"request: {sent.url}")
                if not sent.url.startswith(("file:", "data:"))
                else None
            ),
        )
        page.goto(path.as_uri() + fragment)
        if ready:
            page.wait_for_selector("html[data-ready=yes]")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not trouble
