"""The report, in a browser: notes as Obsidian shows them, verdicts, and nothing that runs."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.conftest import Open, Trouble
from vaultbp.commands import cli
from vaultbp.findings import Facts
from vaultbp.notes import read
from vaultbp.pages.formulas import ELEMENTS, typeset
from vaultbp.pages.report import one_page
from vaultbp.source import Source
from vaultbp.vault import index

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PIECES = [
    "$x$", "$$\n", "[[A]]", "![[A]]", "![a $y$](b.png)", "[l](A.md)", "<b title='", "'>", "<img onerror=x>",
    "> [!tip]- T\n> ", "\n\n", "- [ ] ", "```py\n", "```\n", "%%", "==", "**", "|a|b|\n|-|-|\n|", "#tag ",
    " ^id\n",
    "\ue0000\ue001", "&lt;", "<!--", "-->", "# H $z$\n", "`", "<script>",
]  # fmt: skip
NOTES: dict[str, str | bytes] = {
    "Start.md": """---
enables: "[[Slope]]"
tags: [intro]
---
# Start

See [[Slope|the slope]], [[ideas/Slope#Steps]], [[Nowhere]] and [the same](ideas/Slope.md).
#topic/one ==lit== **bold** `[[not a link]]`

> [!warning]- Take care
> The sign of $w$ is lost easily.

| a | b |
|:-:|--:|
| [[Slope\\|s]] | $x^2$ |

- [ ] open
- [x] done

%% hidden words %%
![[dot.png|40]] ![alt words](dot.png)
![far](https://example.invalid/x.png)

![[Slope#Steps]]
""",
    "ideas/Slope.md": """Let $y = 3x^2$.

## Steps

$$\\frac{dy}{dx} = 6x$$

$$\\frac{dy}{dx} = 5x$$

∂y/∂x = 6x

```python
print("forty" + "-two")
```

A line of its own. ^here

## After

Not embedded.
""",
    "dot.png": PIXEL,
}
Write = Callable[..., Path]


def build(folder: Path, notes: dict[str, str | bytes], output: str, *options: str) -> Path:
    """Write a vault and its report into a folder; where the report lies."""
    root = folder / "vault"
    for path, text in notes.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    arguments = ["report", str(root), "-o", str(folder / output), *options]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return folder / output


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(notes: dict[str, str | bytes], output: str = "report.html", *options: str) -> Path:
        return build(tmp_path, notes, output, *options)

    return make


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of ``NOTES``."""
    return build(tmp_path_factory.mktemp("report"), NOTES, "report.html")


def test_a_note_looks_as_in_obsidian(report: Path, open_page: Open) -> None:
    page = open_page(report, "#Start")
    text = page.locator("article:visible .text")
    assert text.locator("h1").all_inner_texts() == ["Start"]
    shown = text.inner_text()
    assert "hidden words" not in shown
    assert "enables" not in shown
    assert "[[not a link]]" in shown
    assert "☐ open" in shown
    assert "☑ done" in shown
    assert text.locator("mark").inner_text() == "lit"
    assert text.locator(".tag").inner_text() == "#topic/one"
    assert text.locator("a.missing").inner_text() == "Nowhere"
    assert text.locator("td.right math").count() == 1
    assert text.locator("td.centre a.internal").inner_text() == "s"
    images = text.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert images == [1, 1]
    assert text.locator("img").first.get_attribute("width") == "40"
    assert text.locator("a.external", has_text="image: far").count() == 1


def test_callouts_fold(report: Path, open_page: Open) -> None:
    page = open_page(report, "#Start")
    callout = page.locator("details.callout-warning")
    assert not callout.locator("math").is_visible()
    callout.locator("summary").click()
    assert callout.locator("math").is_visible()


def test_links_lead_from_note_to_note_and_to_headings(report: Path, open_page: Open) -> None:
    page = open_page(report)
    assert page.locator("#overview").is_visible()
    page.locator("nav a", has_text="Start").click()
    assert not page.locator("#overview").is_visible()
    page.locator("article:visible a", has_text="the slope").click()
    assert page.locator("article:visible h1").inner_text() == "Slope"
    page.go_back()
    page.locator("article:visible .text a", has_text="Steps").first.click()
    assert page.url.endswith("#ideas/Slope::steps")
    assert page.locator("article:visible h1").inner_text() == "Slope"
    page.locator(".home a").click()
    assert page.locator("#overview").is_visible()


def test_an_embed_shows_the_section_it_names(write: Write, open_page: Open) -> None:
    page = open_page(write(NOTES), "#Start")
    embed = page.locator("article:visible .embed")
    assert embed.locator("math").count() > 0
    assert "Not embedded" not in embed.inner_text()
    notes = {"A.md": "![[B#^here]]", "B.md": "Before.\n\nThe block. ^here\n\nAfter.\n"}
    page = open_page(write(notes, "blocks.html"), "#A")
    assert page.locator("article:visible .embed p").last.inner_text() == "The block."


def test_footnotes_lead_to_their_words_and_back(write: Write, open_page: Open) -> None:
    notes: dict[str, str | bytes] = {
        "A.md": "Once[^x], twice[^x], ^[and *inline*].\n\n[^x]: The words.\n",
        "B.md": "![[A]]\n\nOf its own[^1].\n\n[^1]: Another.\n",
    }
    page = open_page(write(notes), "#A")
    note = page.locator("article:visible .text")
    assert note.locator("sup").all_inner_texts() == ["1", "1", "2"]
    words = [text.split(" ↩")[0] for text in note.locator("ol li").all_inner_texts()]
    assert words == ["The words.", "and inline"]
    for link in note.locator("sup a, li a").all():
        place = (link.get_attribute("href") or "").removeprefix("#")
        assert note.locator(f'[id="{place}"]').count() == 1
    note.locator("sup a").nth(1).click()
    assert page.url.endswith("#A::footnote-1")
    assert page.locator("article:visible h1").inner_text() == "A"
    other = open_page(write(notes, "other.html"), "#B").locator("article:visible .text")
    assert other.locator(".embed sup").all_inner_texts() == ["1", "1", "2"]
    assert other.locator(".embed sup a").count() == 0
    assert other.locator("sup a").count() == 1


def test_embeds_that_go_round_end(write: Write, open_page: Open) -> None:
    page = open_page(write({"A.md": "a ![[B]]", "B.md": "b ![[A]] ![[B]]"}), "#A")
    assert page.locator("article:visible .embed").count() == 1


def test_every_judged_formula_carries_its_verdict(report: Path, open_page: Open) -> None:
    page = open_page(report, "#ideas/Slope")
    verdicts = page.locator("article:visible .verdict").all_inner_texts()
    assert verdicts == ["✓ verified", "✗ wrong", "✓ verified"]
    page.locator("article:visible .verdict.wrong").click()
    steps = page.locator(".steps:popover-open")
    assert "step 1" in steps.inner_text()
    assert "the left side is" in steps.inner_text()
    assert steps.locator("math").count() >= 2
    page.keyboard.press("Escape")
    assert not steps.is_visible()


def test_formulas_keep_their_tex(report: Path, open_page: Open) -> None:
    page = open_page(report, "#ideas/Slope")
    formula = page.locator("article:visible .formula.display").first
    assert formula.get_attribute("title") == "\\frac{dy}{dx} = 6x"
    copied = page.evaluate(
        """() => {
          getSelection().selectAllChildren(document.querySelector("article:target .text"));
          const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer() });
          document.dispatchEvent(event);
          return event.clipboardData.getData("text/plain");
        }"""
    )
    assert "$y = 3x^2$" in copied
    assert "$$\\frac{dy}{dx} = 6x$$" in copied


def test_what_math_core_cannot_read_is_shown_as_it_stands(write: Write, open_page: Open) -> None:
    page = open_page(write({"A.md": "Odd $\\nosuchcommand{x} <b>$ and $\\frac{1}{2$."}), "#A")
    assert "\\nosuchcommand{x} <b>" in page.locator("code.unread").first.inner_text()


def test_formulas_in_the_text_of_an_image_are_read_as_written(
    write: Write, open_page: Open
) -> None:
    page = open_page(write({"A.md": "![slope $x^2$ at [[A]]](dot.png)", "dot.png": PIXEL}), "#A")
    image = page.locator("article:visible img")
    assert image.get_attribute("alt") == "slope $x^2$ at [[A]]"


@pytest.mark.parametrize(
    "tex",
    [
        "\\large x^2 \\tag{1}",
        "\\begin{split}a &= b \\\\ c &= d\\end{split}",
        "\\begin{eqnarray*}a &=& b\\end{eqnarray*}",
        "a &= b \\\\ c &= d",
        "\\cancel{x} \\boxed{y}",
        "\\begin{pmatrix}1 & 2\\end{pmatrix}",
    ],
)
def test_formulas_as_people_write_them_are_typeset(tex: str) -> None:
    found = typeset(tex, display=True)
    assert found is not None
    assert found.startswith("<math")


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="\\{}$&^_<>\"'abαх∂ \n", max_size=30))
def test_any_formula_gives_mathematics_or_nothing(tex: str) -> None:
    found = typeset(tex, display=False)
    if found is not None:
        assert {element.tag for element in ET.fromstring(found).iter()} <= ELEMENTS


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_note_gives_html_without_markers_and_handlers(text: str) -> None:
    note = read(Source("A.md", text))
    facts = Facts(index([note]))
    page = one_page(facts, [])
    body = page[page.index("<article") : page.index("</article>")]
    assert "\ue000" not in body
    assert not re.search(r"<[^<>\"]*\son\w+=", body)


def test_cells_show_what_they_printed_only_if_they_were_run(write: Write, open_page: Open) -> None:
    page = open_page(write(NOTES), "#ideas/Slope")
    assert page.locator(".cell .outcome").count() == 0
    page = open_page(write(NOTES, "run.html", "--run"), "#ideas/Slope")
    outcome = page.locator("article:visible .cell .outcome").inner_text()
    assert "✓ passed" in outcome
    assert "forty-two" in outcome
    assert page.locator("article:visible .cell pre.code span").count() > 2


def test_beside_a_note_stand_findings_relations_and_backlinks(
    report: Path, open_page: Open
) -> None:
    page = open_page(report, "#ideas/Slope")
    aside = page.locator("article:visible aside").inner_text()
    assert "wrong-derivation line 7" in aside
    assert "enables ←" in aside
    assert "Start" in aside


def test_the_overview_puts_what_is_wrong_first(report: Path, open_page: Open) -> None:
    page = open_page(report)
    assert "1\n✗ wrong" in page.locator(".figures").inner_text()
    first = page.locator("#overview .findings li").first.inner_text()
    assert first.startswith("wrong-derivation ideas/Slope.md:7")
    page.locator("#overview svg a").first.click()
    assert not page.locator("#overview").is_visible()


def test_the_list_of_notes_is_filtered_as_one_types(report: Path, open_page: Open) -> None:
    page = open_page(report)
    page.keyboard.press("/")
    page.keyboard.type("slo")
    assert page.locator("#contents li:visible").all_inner_texts() == ["Slope\n✗"]
    page.keyboard.press("Enter")
    assert page.locator("article:visible h1").inner_text() == "Slope"


def test_a_folder_has_one_page_a_note(write: Write, open_page: Open) -> None:
    folder = write(NOTES, "pages")
    page = open_page(folder / "index.html")
    page.locator("#contents a", has_text="Slope").click()
    page.wait_for_selector("article")
    assert page.url.endswith("/notes/ideas/Slope.html")
    page.locator("aside a", has_text="Start").first.click()
    page.wait_for_selector("text=Take care")
    page.locator(".text a", has_text="Steps").first.click()
    page.wait_for_url("**/Slope.html#ideas/Slope::steps")
    page.locator(".home a").click()
    page.wait_for_selector("#overview")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_nothing_is_cut_off_in_any_window(
    width: int, dark: bool, write: Write, open_page: Open
) -> None:
    notes = NOTES | {
        "Long.md": f"$${' + '.join(f'x_{{{at}}}' for at in range(80))} = 1$$\n\n{'long' * 90}"
    }
    report = write(notes)
    for fragment in ("#overview", "#Start", "#Long", "#ideas/Slope"):
        page = open_page(report, fragment, dark=dark, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, fragment


def test_the_report_is_the_same_each_time(write: Write) -> None:
    assert write(NOTES).read_bytes() == write(NOTES, "again.html").read_bytes()


HIT = "window.hit=1"
VECTORS = [
    f"<script>{HIT}</script>",
    f"<ScRiPt >{HIT}</sCrIpT >",
    f"<img src=x onerror='{HIT}'>",
    f'<svg onload="{HIT}"><script>{HIT}</script></svg>',
    f"<svg><animate onbegin={HIT} attributeName=x dur=1s>",
    f'<math><mtext><table><mglyph><style><img src=x onerror="{HIT}">',
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    "<iframe src='https://example.invalid/'></iframe>",
    f'<a href="javascript:{HIT}">click</a>',
    f'<a href="  java\tscript:{HIT}">click</a>',
    f"[click](javascript:{HIT})",
    f"[click](<java\nscript:{HIT}>)",
    f"[click](data:text/html,<script>{HIT}</script>)",
    f"[click]: javascript:{HIT}\n\n[click]",
    f"<javascript:{HIT}>",
    f"![x](javascript:{HIT})",
    f'![x](https://example.invalid/" onerror="{HIT})',
    f"[[javascript:{HIT}]]",
    f'[[x|<img src=x onerror="{HIT}">]]',
    f"[[<script>{HIT}</script>]]",
    f"![[<script>{HIT}</script>]]",
    f'<a title="[[x|a onmouseover={HIT} b]]" href="#">a</a>',
    f"<a title='$x\" onmouseover=\"{HIT}$'>a</a>",
    f'<details open ontoggle="{HIT}">d</details>',
    f'<p style="background:url(https://example.invalid/x)" onclick="{HIT}">p</p>',
    "<style>@import 'https://example.invalid/x.css';</style>",
    "<link rel=stylesheet href=https://example.invalid/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<base href='https://example.invalid/'>",
    f"<form action=javascript:{HIT}><input type=submit autofocus onfocus={HIT}></form>",
    f"<object data='data:text/html,<script>{HIT}</script>'></object><embed src=x>",
    f"<video><source onerror={HIT} src=x></video><audio src=x onerror={HIT}>",
    f"<noscript><p title='</noscript><img src=x onerror={HIT}>'>",
    f"<!--><img src=x onerror={HIT}>-->",
    f"$\\text{{<img src=x onerror={HIT}>}}$",
    f'$\\href{{javascript:{HIT}}}{{x}}$ $$\\class{{x" onclick="{HIT}}}{{y}}$$',
    f"```html\n<script>{HIT}</script>\n```",
    f'```x" onload="{HIT}\ncode\n```',
    f'> [!note" onclick="{HIT}] <script>{HIT}</script>\n> text',
    f'# Heading <img src=x onerror="{HIT}"> {{#id onclick={HIT}}}',
    f'#tag<img src=x onerror="{HIT}">',
    "\ue0000\ue001 \ue0009\ue001 <b title='\ue0000\ue001'>x</b>",
    "<div id=search name=contents class=verdict>clobber</div>",
    "![[bad.svg]] ![](bad.svg)",
    f'<button popovertarget=search onclick="{HIT}">b</button>',
]


def test_nothing_in_a_note_runs_or_asks_for_anything(
    write: Write, open_page: Open, trouble: Trouble
) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{HIT}"><script>{HIT}</script></svg>'
    notes: dict[str, str | bytes] = {f"v{at}.md": text for at, text in enumerate(VECTORS)}
    report = write(notes | {"bad.svg": svg})
    page = open_page(report)
    for at, vector in enumerate(VECTORS):
        page.evaluate("hash => { location.hash = hash; }", f"#v{at}")
        for element in page.locator(f"[id=v{at}] .text :is(a, button, summary)").all():
            element.dispatch_event("mouseover")
            element.dispatch_event("click")
        page.wait_for_timeout(5)
        if not page.url.endswith(f"#v{at}"):
            page = open_page(report)
        assert page.evaluate("window.hit") is None, vector
        assert not trouble, vector
    assert page.locator("[id=search]").count() == 1
    forbidden = "main :is(script, iframe, object, embed, form, style, link, base, video, audio)"
    assert page.locator(forbidden).count() == 0
    handlers = """[...document.querySelectorAll("*")].flatMap((e) => [...e.attributes])
      .filter((a) => a.name.startsWith("on")).length"""
    assert page.evaluate(handlers) == 0


def test_names_of_files_and_properties_stay_text(write: Write, open_page: Open) -> None:
    name = "<img src=x onerror=window.hit=1>'\"&"
    notes: dict[str, str | bytes] = {
        f"{name}.md": f'---\n"{name[:20]}": "[[B]]"\n---\ntext',
        "B.md": f"[[{name}]]",
    }
    page = open_page(write(notes), "#B")
    page.locator("article:visible .text a").click()
    assert page.locator("article:visible h1").inner_text() == name
    assert page.evaluate("window.hit") is None


def test_what_states_nothing_is_no_mark(write: Write, open_page: Open) -> None:
    page = open_page(write({"Kinds.md": r"Let $x \in \mathbb{R}^n$ and $y = x^2$."}))
    assert page.locator("#contents li").all_inner_texts() == ["Kinds"]
