"""Measure the concept graph's page: laying it out, its size, opening it and panning it.

    python scripts/bench_graph.py [NOTES LINKS]

Needs Chromium and playwright. Prints the figures beside the targets; say on what machine and how busy.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.pages.graphs import large
from vaultbp.layout import place
from vaultbp.render.html import render

PAN = """async () => {
  const canvas = document.getElementById("scene");
  canvas.setPointerCapture = () => {};
  const send = (type, x, y) => canvas.dispatchEvent(
    new PointerEvent(type, { pointerId: 1, clientX: x, clientY: y, bubbles: true }));
  send("pointerdown", 300, 700);
  const times = [];
  for (let k = 0; k < 40; k++) {
    const before = performance.now();
    send("pointermove", 300 + 4 * k, 700 - 3 * k);
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done, 0));
    times.push(performance.now() - before);
  }
  send("pointerup", 460, 580);
  return times;
}"""


def main() -> None:
    notes, links = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 40_000)
    graph = large(notes, links)
    start = time.perf_counter()
    place(graph)
    print(f"layout        {time.perf_counter() - start:6.2f} s    target 10 s")
    html = render(graph)
    print(f"page          {len(html.encode()) / 1e6:6.2f} MB   target 3 MB")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.html"
        path.write_text(html, encoding="utf-8")
        opened, frames = _browse(path)
    print(
        f"opening       {statistics.median(opened):6.2f} s    target 2 s   (median of {len(opened)})"
    )
    print(f"panning       {statistics.median(frames):6.0f} ms a frame (median of {len(frames)})")
    print(f"load average  {os.getloadavg()[0]:6.2f} on {os.cpu_count()} cores")


def _browse(path: Path) -> tuple[list[float], list[float]]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = [_open(browser, path)[0] for _ in range(5)]
        _, page = _open(browser, path)
        frames: list[float] = page.evaluate(PAN)
        browser.close()
    return opened, frames


def _open(browser: Any, path: Path) -> tuple[float, Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 760})
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    # Two frames later the first picture is on the screen.
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    return time.perf_counter() - start, page


if __name__ == "__main__":
    main()
