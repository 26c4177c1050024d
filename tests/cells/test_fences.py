"""Which fences are cells: those that Obsidian shows as code, whatever stands around them."""

from __future__ import annotations

from tests.cells.running import make_note, run_notes, run_text, run_texts
from vaultbp import cells
from vaultbp.notes import read
from vaultbp.source import Source

CELL = "```python\nprint('ran')\n```"


def printed(text: str) -> list[str]:
    return [result.stdout for result in run_text(text)]


HIDDEN = [
    f"%%\n{CELL}\n%%\n",
    f"<!--\n{CELL}\n-->\n",
    f"````markdown\n{CELL}\n````\n",
    "    ```python\n    print('ran')\n    ```\n",
    "Inline ```python print('ran')``` code.\n",
]
SHOWN = [
    "> [!example] Title\n> ```python\n> print('ran')\n> ```\n",
    "> > ```python\n> > print('ran')\n> > ```\n",
    "~~~python\nprint('ran')\n~~~\n",
    "```py\nprint('ran')\n```\n",
    "```Python\nprint('ran')\n```\n",
    "```PYTHON3\nprint('ran')\n```\n",
    "```{python}\nprint('ran')\n```\n",
    "```python title=\"x\" {1,3}\nprint('ran')\n```\n",
    "- item\n  ```python\n  print('ran')\n  ```\n",
    "1. item\n\n   ```python\n   print('ran')\n   ```\n",
    "  ```python\n  print('ran')\n  ```\n",
    "---\na: b\n---\n```python\nprint('ran')\n```\n",
    "\ufeff```python\r\nprint('ran')\r\n```\r\n",
    "````python\nprint('ran')\n````\n",
    "```python\nprint('ran')\n",
]


def test_what_is_shown_as_code_is_run_and_nothing_else() -> None:
    results = run_texts([*HIDDEN, *SHOWN])
    found = [[result.stdout for result in note] for note in results]
    assert found == [[]] * len(HIDDEN) + [["ran\n"]] * len(SHOWN)


def test_nested_indents_are_stripped_once() -> None:
    text = "- item\n\n  ```python\n  if True:\n      print('ran')\n  ```\n"
    assert printed(text) == ["ran\n"]


def test_notes_without_cells_and_empty_cells_are_no_errors() -> None:
    assert run_text("Only prose.\n") == ()
    assert run_text("") == ()
    assert [result.status for result in run_text("```python\n```\n")] == ["passed"]
    assert [result.status for result in run_text("```python\n# only a comment\n```\n")] == [
        "passed"
    ]


def test_notes_share_nothing() -> None:
    leak = (
        "import math, sys, types, random, builtins\n"
        "math.pi = 3\n"
        "sys.modules['fake'] = types.ModuleType('fake')\n"
        "builtins.print = None\n"
        "import numpy as np\nnp.pi = 3"
    )
    clean = (
        "import math, sys\n"
        "assert math.pi > 3.14\n"
        "assert 'fake' not in sys.modules\n"
        "import numpy as np\nassert np.pi > 3.14\nprint('clean')"
    )
    run = run_notes(make_note(leak, path="a.md"), make_note(clean, path="b.md"), jobs=1)
    assert [result.status for result in run.cells] == ["passed", "passed"]


def test_cells_of_a_note_share_one_namespace_in_order() -> None:
    text = "```python\nx = 1\n```\n\n~~~py\nx += 1\n~~~\n\n> ```Python\n> print(x)\n> ```\n"
    assert printed(text)[-1] == "2\n"


def test_a_cell_is_the_main_module() -> None:
    text = (
        "```python\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\n"
        "import pickle\nassert pickle.loads(pickle.dumps(P())) == P()\nprint(__name__)\n```\n"
    )
    assert printed(text) == ["__main__\n"]


def test_random_numbers_are_the_same_in_every_run() -> None:
    text = "```python\nimport random, numpy as np\nprint(random.random(), np.random.rand())\n```\n"
    assert printed(text) == printed(text)


def test_characters_beyond_ascii_and_lone_surrogates_are_printed() -> None:
    text = "```python\nπ = '∂Cᵢ/∂ω₁ — производная'\nprint(π); print('\\ud800')\n```\n"
    assert printed(text) == ["∂Cᵢ/∂ω₁ — производная\n\\ud800\n"]


def test_every_spelling_that_is_read_as_python_is_run() -> None:
    infos = ["ipython", "{code-cell} ipython3", "{code-cell}", "{.python}", "python3", "  py  "]
    sources = [
        Source(f"{number}.md", f"```{info}\nprint('ran')\n```\n")
        for number, info in enumerate(infos)
    ]
    results = cells.run(sources).results
    for source in sources:
        languages = [cell.language for cell in read(source).cells]
        printed = [result.stdout for result in results.get(source.path, ())]
        assert printed == ["ran\n"] * languages.count("python"), source.text


def test_a_single_note_in_another_spelling_is_run_too() -> None:
    (result,) = cells.run([Source("a.md", "```{code-cell}\nprint('ran')\n```\n")]).cells
    assert result.stdout == "ran\n"
