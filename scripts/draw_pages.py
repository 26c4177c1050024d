"""Draw the pictures of the two pages that the README shows, from the bundled vault.

    python scripts/draw_pages.py [FOLDER]

Needs Chromium and playwright. FOLDER is ``docs/images`` if not given.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from vaultbp.commands import cli

ROOT = Path(__file__).resolve().parents[1]
VIEWS = (
    ("graph", "graph.html", "#note=Algorithm%2FBackpropagation.md", None),
    ("report", "report.html", "#Derivations/Line-fit", 3),
)
"""Name, page, what it shows, and which verdict is opened."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch)
        vault = str(ROOT / "vault")
        for arguments in (
            ["graph", vault, "--format", "html", "-o", str(pages / "graph.html")],
            ["report", vault, "--run", "-o", str(pages / "report.html")],
        ):
            cli.main(arguments, standalone_mode=False)
        _draw(pages, folder)


def _draw(pages: Path, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, file, fragment, opened in VIEWS:
            page = browser.new_page(viewport={"width": 1200, "height": 720})
            page.goto((pages / file).as_uri() + fragment)
            page.wait_for_selector("html[data-ready=yes]")
            if opened is not None:
                page.locator(".verdict:visible").nth(opened).click()
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"{name}.png")
            print(f"drew {folder / name}.png")
        browser.close()


if __name__ == "__main__":
    main()
