"""Text -> tokens. LaTeX and Unicode give the same tokens; every token knows where it stands.

Never raises; a character without meaning becomes a token of kind ``unknown``. Linear in the text.
"""

from __future__ import annotations

import re
import unicodedata

from vaultbp.latex.symbols import (
    CHARACTERS,
    COMMANDS,
    TEXT_COMMANDS,
    UPRIGHT_COMMANDS,
)
from vaultbp.latex.tree import Problem
from vaultbp.latex.words import LABEL_WORDS, is_word, word_set
from vaultbp.source import Span

MAX_TOKENS = 20_000

BEGINS_FACTOR = word_set(
    "num let name macro word text func function upright big accent style cmd open { del nabla upright-d "
    "dots expectation question begin bar"
)
IGNORED = frozenset(("&", "row", "gap"))
"""Left over inside brackets that span rows and cells: layout without meaning."""
SPACES = frozenset(("hspace", "hspace*", "hskip"))
_WIDTH = re.compile(r"\s*\{\s*(\d*\.?\d+)\s*(em|in|cm|mm|pt|px)\s*\}")
_POINTS = {"em": 10.0, "in": 72.3, "cm": 28.5, "mm": 2.85, "pt": 1.0, "px": 0.75}
QUAD = 10.0
"""From how many points on a space parts formulas, as ``\\quad`` does."""


def is_wide(width: str) -> bool:
    """Whether the argument of a space, ``{0.5in}``, is as wide as ``\\quad``."""
    found = _WIDTH.match(width)
    return found is not None and float(found[1]) * _POINTS[found[2]] >= QUAD


class Token:
    """One token. ``kind`` is the class that the parser looks at, ``value`` the canonical content."""

    __slots__ = (
        "accents",
        "end",
        "gap",
        "kind",
        "name",
        "run",
        "start",
        "strong",
        "style",
        "value",
    )

    def __init__(self, kind: str, value: str, start: int, end: int, gap: bool = False) -> None:
        self.kind = kind
        self.value = value
        self.start = start
        self.end = end
        self.gap = gap
        """White space stands before it."""
        self.run = 0
        """For letters: index of the token after the last letter of its run (set by ``brackets``)."""
        self.style = ""
        self.accents: tuple[str, ...] = ()
        self.name = ""
        """In the body of a macro: the command this token was, without its backslash."""
        self.strong = False
        """An ``open``, ``close`` or ``bar`` written with ``\\left``, ``\\right``, or sized."""

    def __repr__(self) -> str:
        return f"{self.kind}:{self.value}"


_SCAN = re.compile(
    r"""
      (?P<space>[\s\u200b\u200c\u200d\u2060\ufeff\u00a0\u2061-\u2064]+)
    | (?P<command>\\[A-Za-z]+\*?)
    | (?P<joint>(?<=[A-Za-z]{2})(?:\\{1,3}_|\{\\_\}|\{\\_(?=[A-Za-z]+\}))[A-Za-z]{2,}\}?)
    | (?P<row>\\\\\*?(?:\[-?\s*[\d.]+\s*(?:pt|em|ex|mm|cm|px|in|mu)\])?)
    | (?P<broken>\\\r?\n)
    | (?P<control>\\.)
    | (?P<number>\d+\.(?=\s*[-+*/)\]])
        |\d+(?:(?:\.|\{,\})\d+)?(?:[eE]-\d+(?![\d.]*[A-Za-z^]))?
        |(?<![\d)\]}])\.\d+)
    | (?P<letters>[A-Za-z]+)
    | (?P<dash>(?:(?:(?<!-)-{2,3}|—)(?=\s+[^\W\d_]{3,})|(?<=\s)–(?=\s+[^\W\d_a-zA-Z]{2,}\s+[^\W\d_]{2,}))
        [^\\=&{}\n]*)
    | (?P<entity>&(?:lt|gt|amp|le|ge|ne|minus|nbsp|times);)
    | (?P<compound>:=|=:|\?=|=\?|<=>|<==>|=>|==>|<-(?!\s*\d)|<--|->|-->|<=|>=|!=|==|\+=|-=(?!=)|\|\||\.\.\.)
    """,
    re.VERBOSE,
)

_WIDE = re.compile(r"(?:\\[;: ]\s{0,3}){3,}")
"""Spaces that are as wide together as a ``\\quad``."""
_LETTERED = {"textbf": "bold", "textit": "it"}
_ONE_LETTER = re.compile(r"\s*\{\s*[A-Za-z]\s*\}")
"""What one letter in bold text is: a name. More of them are words."""
_GROUPS = re.compile(r"(?:(?:\\[,;:!]|~|[\u00a0\u2009\u202f])\d{3})+(?!\d)")
"""The thousands of ``10\\,000``, parted by a space that is no operator."""
_DECIMALS = re.compile(r"(?<=\d),(\d+)(?![\d,.])(?!\s*,)")
_PAIR = re.compile(r"[(\[{]\d+,\d+[)\]}]")
_SURELY_DECIMAL = re.compile(r"(?<![\d,.(\[{])(?:0,\d{2,}|\d+,(?:\d\d|\d{4,}))(?![\d,.])(?!\s*,)")
"""Numbers with a comma that are no list and no thousands: ``0,25``, ``3,1416``."""


def has_decimal_commas(text: str) -> bool:
    """Whether the numbers of a formula are written with a decimal comma."""
    return "," in text and _SURELY_DECIMAL.search(text) is not None


_COMPOUNDS = {
    ":=": ("rel", ":="),
    "=:": ("rel", "=:"),
    "?=": ("rel", "?="),
    "=?": ("rel", "?="),
    "<=>": ("arrow", "⇔"),
    "<==>": ("arrow", "⇔"),
    "=>": ("arrow", "⇒"),
    "==>": ("arrow", "⇒"),
    "<-": ("rel", "←"),
    "<--": ("rel", "←"),
    "->": ("rel", "→"),
    "-->": ("rel", "→"),
    "<=": ("rel", "≤"),
    ">=": ("rel", "≥"),
    "!=": ("rel", "≠"),
    "==": ("rel", "="),
    "+=": ("rel", "+="),
    "-=": ("rel", "-="),
    "||": ("bar", "‖"),
    "...": ("dots", "…"),
    "&lt;": ("rel", "<"),
    "&gt;": ("rel", ">"),
    "&le;": ("rel", "≤"),
    "&ge;": ("rel", "≥"),
    "&ne;": ("rel", "≠"),
    "&minus;": ("op", "-"),
    "&times;": ("op", "×"),
    "&amp;": ("&", "&"),
    "&nbsp;": ("space", ""),
}

_CONTROLS = {
    "\\{": ("open", "{"),
    "\\}": ("close", "}"),
    "\\|": ("bar", "‖"),
    "\\_": ("_", "_"),
    "\\*": ("op", "*"),
    "\\%": ("percent", "%"),
    "\\&": ("&", "&"),
    "\\(": ("space", ""),
    "\\)": ("space", ""),
    "\\[": ("space", ""),
    "\\]": ("space", ""),
    "\\$": ("space", ""),
    "\\#": ("name", "#"),
    "\\=": ("rel", "="),
    "\\^": ("^", "^"),
    "\\+": ("op", "+"),
    "\\-": ("op", "-"),
    "\\/": ("space", ""),
    "\\'": ("prime", "1"),
    "\\\n": ("row", ""),
}

_DELIMITERS = {
    "(": ("open", "("),
    ")": ("close", ")"),
    "[": ("open", "["),
    "]": ("close", "]"),
    "|": ("bar", "|"),
    ".": ("none", "."),
    "/": ("op", "/"),
    "<": ("open", "⟨"),
    ">": ("close", "⟩"),
}

_STYLE_NAMES = (
    ("DOUBLE-STRUCK", "bb"),
    ("SCRIPT", "cal"),
    ("FRAKTUR", "frak"),
    ("BOLD", "bold"),
    ("MONOSPACE", "tt"),
)

_COMBINING = {
    "\u0302": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0303": "tilde",
    "\u20d7": "vec",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u0331": "underline",
    "\u0332": "underline",
    "\u030c": "check",
}

_UPRIGHT = re.compile(r"\s*(?:\{([^{}\\$^_]*)\}|([A-Za-z]))")
_SWITCHED = re.compile(r"\s*(?:\{([^{}\\$^_]*)\}|([A-Za-z]+))")


class _Tokenizer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.gap = False
        self.comma = has_decimal_commas(text)

    def add(self, kind: str, value: str, start: int, end: int) -> Token:
        token = Token(kind, value, start, end, self.gap)
        self.tokens.append(token)
        self.gap = False
        return token

    def run(self, start: int, end: int) -> None:
        at = start
        text = self.text
        scan = _SCAN.match
        while at < end and len(self.tokens) < MAX_TOKENS:
            match = scan(text, at, end)
            if match is None:
                at = self.character(at, end)
                continue
            kind = match.lastgroup
            stop = match.end()
            if kind == "letters":
                self.letters(at, stop)
            elif kind == "space":
                self.gap = True
            elif kind == "command":
                stop = self.command(match.group(), at, stop, end)
            elif kind == "number" and self.is_numbered_name(at):
                for mark, value in (
                    ("_", "numbered"),
                    ("{", "{"),
                    ("num", match.group()),
                    ("}", "}"),
                ):
                    self.add(
                        mark, value, at if value != "}" else stop, stop if mark == "num" else at
                    )
                self.tokens[-1].end = stop
            elif kind == "number":
                digits = match.group().replace("{,}", ".").rstrip(".")
                if len(digits) < 4 and digits[0] in "123456789" and digits.isdigit():
                    if groups := _GROUPS.match(text, stop, end):
                        digits, stop = digits + re.sub(r"\D", "", groups.group()), groups.end()
                decimals = _DECIMALS.match(text, stop, end) if self.comma else None
                if decimals and not _PAIR.match(text, max(at - 1, 0)):
                    digits, stop = f"{digits}.{decimals.group(1)}", decimals.end()
                self.number(digits, at, stop)
            elif kind == "joint":
                stop = self.joint(match.group(), at, stop)
            elif kind == "row":
                self.add("row", "", at, stop)
            elif kind == "broken":  # Typst's row, or what Markdown left of two backslashes
                if "&" in text:
                    self.add("row", "", at, stop)
                self.gap = True
            elif kind == "control":
                if wide := _WIDE.match(text, at, end):
                    stop = wide.end()
                    self.add("gap", "quad", at, stop)
                else:
                    self.control(match.group(), at, stop)
            elif kind == "dash":  # of a sentence: what follows is a remark
                self.add("text", match.group(), at, stop)
            else:
                self.add(*_COMPOUNDS[match.group()], at, stop)
            at = stop

    def letters(self, start: int, end: int) -> None:
        """One token a letter; whether adjacent letters are a word is the parser's question."""
        bare = self.is_bare_subscript(start, end)
        if bare:
            self.add("{", "{", start, start)
        for at in range(start, end):
            self.add("let", self.text[at], at, at + 1)
        if bare:
            self.add("}", "}", end, end)

    def is_bare_subscript(self, start: int, end: int) -> bool:
        """``h_out``, and ``w_ij`` in plain text: a run that is one subscript without its braces.

        TeX takes the first letter only; people who leave out the braces mean the word."""
        if end - start < 2 or not self.tokens or self.tokens[-1].kind != "_":
            return False
        run = self.text[start:end]
        if run.lower() in LABEL_WORDS or is_word(run):
            return True
        scripted = self.text[end : end + 1] in tuple("_^'\u2032")
        plain = "\\" not in self.text and not scripted
        return plain and len(run) <= 3 and all(char in "ijklmn" for char in run)

    def is_numbered_name(self, at: int) -> bool:
        """``w1``, ``i2``: a letter with a number right behind it is one name, never a product."""
        if not self.tokens or self.tokens[-1].end != at or not self.text[at].isdigit():
            return False
        last = self.tokens[-1]
        before = self.tokens[-2].kind if len(self.tokens) > 1 else ""
        return last.kind == "let" and last.value not in "de" and before not in ("_", "^")

    def joint(self, text: str, start: int, stop: int) -> int:
        """``global\\_step``: an escaped underscore inside a word; the rest is a label."""
        first = next(k for k, char in enumerate(text) if char.isalpha()) + start
        last = first
        while last < stop and self.text[last].isalpha():
            last += 1
        self.add("_", "", start, first)
        self.add("{", "{", first, first)
        self.letters(first, last)
        self.add("}", "}", last, last)
        closes = last < stop and not text.startswith("{\\_}") and text.startswith("{")
        return last + 1 if closes else last

    def number(self, digits: str, start: int, stop: int) -> None:
        """A number; TeX takes one digit for each argument of ``\\frac12``."""
        while len(digits) > 1 and digits.isdigit() and self.takes_one_digit(start):
            self.add("num", digits[0], start, start + 1)
            digits, start = digits[1:], start + 1
        self.add("num", digits, start, stop)

    def takes_one_digit(self, at: int) -> bool:
        """Whether the first or second argument of a fraction begins here, without braces."""
        before = self.tokens[-2:]
        if len(before) == 2 and before[1].kind == "num" and before[1].end == at:
            before = before[:1]
        return bool(before) and before[-1].kind == "cmd" and before[-1].value in ("frac", "binom")

    def control(self, text: str, start: int, end: int) -> None:
        kind, value = _CONTROLS.get(text, ("space", ""))
        if kind == "space":
            self.gap = True
            return
        self.add(kind, value, start, end)

    def command(self, text: str, start: int, stop: int, end: int) -> int:
        """Add the token(s) of a command; returns where reading goes on."""
        name = text[1:]
        if name in ("left", "right"):
            return self.delimiter(name, start, stop, end)
        if name in ("begin", "end"):
            return self.environment(name, start, stop, end)
        if name in _LETTERED and _ONE_LETTER.match(self.text, stop, end):
            self.add("style", _LETTERED[name], start, stop)
            return stop
        if name in TEXT_COMMANDS:
            return self.prose(start, stop, end)
        if name in UPRIGHT_COMMANDS:
            return self.upright(name, start, stop, end)
        row = COMMANDS.get(name)
        if row is None and name.endswith("*"):
            row = COMMANDS.get(name[:-1])
            if row is None or row.kind in ("name", "func", "big"):
                name, stop = name[:-1], stop - 1
                row = COMMANDS.get(name)
        if row is None:
            self.add("macro", name, start, stop)
            return stop
        if row.kind == "space":
            self.gap = True
            return stop
        if row.kind == "size":
            return self.delimiter("size", start, stop, end)
        if row.kind == "skip":
            after = self.skip_arguments(row.skips, stop, end)
            if name in SPACES and is_wide(self.text[stop:after]):
                self.add("gap", "quad", start, after)
            return after
        self.add(row.kind, row.value, start, stop)
        return stop

    def skip_arguments(self, count: int, at: int, end: int) -> int:
        self.gap = True
        for _ in range(count):
            while at < end and self.text[at].isspace():
                at += 1
            if at < end and self.text[at] == "{":
                at = self.closing_brace(at, end) + 1
            else:
                break
        return min(at, end)

    def closing_brace(self, at: int, end: int) -> int:
        """Where the brace opened at ``at`` closes; ``end`` when it never does."""
        depth = 0
        for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, at, end):
            mark = match.group()
            if mark == "{":
                depth += 1
            elif mark == "}":
                depth -= 1
                if depth == 0:
                    return match.start()
        return end

    def delimiter(self, name: str, start: int, stop: int, end: int) -> int:
        """``\\left(``, ``\\right.``, ``\\big|``: one token with ``strong`` set."""
        text = self.text
        at = stop
        while at < end and text[at].isspace():
            at += 1
        match = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL).match(text, at, end)
        if match is None:
            return stop
        mark = match.group()
        found = _DELIMITERS.get(mark)
        if found is None and mark.startswith("\\"):
            found = _CONTROLS.get(mark)
            if found is None and (row := COMMANDS.get(mark[1:])) is not None:
                found = (row.kind, row.value)
        if found is None:
            found = CHARACTERS.get(mark)
        if found is None or found[0] not in ("open", "close", "bar", "none"):
            if name == "size":
                return stop
            found = ("none", ".")
            match_end = at
        else:
            match_end = match.end()
        kind, value = found
        if name == "left":
            kind = "open"
        elif name == "right":
            kind = "close"
        elif kind == "none":
            return match_end
        token = self.add(kind, value, start, match_end)
        token.strong = name != "size"
        token.style = name
        return match_end

    def environment(self, name: str, start: int, stop: int, end: int) -> int:
        match = re.compile(r"\s*\{([^{}\\]{0,40})\}").match(self.text, stop, end)
        if match is None:
            return stop
        environment = match.group(1).strip()
        at = match.end()
        if name == "begin":
            plain = environment.rstrip("*")
            if plain in ("array", "tabular", "alignat", "alignedat", "IEEEeqnarray", "darray"):
                at = self.skip_optional(at, end)
                at = self.skip_arguments(1, at, end)
            elif plain in ("aligned", "gathered", "split", "align", "cases", "matrix", "pmatrix"):
                at = self.skip_optional(at, end)
        self.add(name, environment, start, at)
        return at

    def skip_optional(self, at: int, end: int) -> int:
        match = re.compile(r"\[[tbclr]\]").match(self.text, at, end)
        return match.end() if match else at

    def prose(self, start: int, stop: int, end: int) -> int:
        """``\\text{…}``: words, with any ``$…$`` in them read as mathematics."""
        text = self.text
        at = stop
        while at < end and text[at].isspace():
            at += 1
        if at >= end or text[at] != "{":
            return stop
        close = self.closing_brace(at, end)
        piece = at + 1
        pieces = text[piece:close].split("$")
        if len(pieces) % 2 == 0:
            pieces = [text[piece:close]]
        for number, words in enumerate(pieces):
            if number % 2:
                self.run(piece, piece + len(words))
            elif words.strip() or len(pieces) == 1:
                begin = start if number == 0 else piece
                last = piece + len(words)
                if number == len(pieces) - 1:
                    last = min(close + 1, end)
                self.add("text", unescape(words), begin, last)
            piece += len(words) + 1
        return min(close + 1, end)

    def upright(self, name: str, start: int, stop: int, end: int) -> int:
        """``\\mathrm{…}`` and ``\\operatorname{…}``: a word, an upright d, or plain style."""
        pattern = _SWITCHED if name == "rm" else _UPRIGHT
        match = pattern.match(self.text, stop, end)
        if match is None or not (word := (match.group(1) or match.group(2) or "").strip()):
            self.add("style", "rm", start, stop)
            return stop
        begin = match.start(1) if match.group(1) is not None else match.start(2)
        if word == "d":
            self.add("upright-d", "d", start, match.end())
        elif name == "mathrm" and len(word) == 2 and word[0] == "d" and word[1].isalpha():
            self.add("upright-d", "d", start, begin + 1)
            self.letters(begin + 1, begin + 2)
        elif re.fullmatch(r"[\w\s.,\-'*/]*", word) and not word[0].isdigit():
            kind = "function" if name.startswith("operatorname") else "upright"
            self.add(kind, " ".join(word.split()), start, match.end())
        else:
            self.add("style", "rm", start, stop)
            return stop
        return match.end()

    def character(self, at: int, end: int) -> int:
        char = self.text[at]
        found = CHARACTERS.get(char)
        if char == "$" and "$" in self.text.strip("$ \t\n"):
            self.add("unknown", char, at, at + 1)  # prose between two formulas was taken in
            return at + 1
        if found is not None:
            kind, value = found
            if kind == "space":
                self.gap = True
            elif kind == "percent":
                return self.comment(at, end)
            else:
                self.add(kind, value, at, at + 1)
            return at + 1
        kind = unicodedata.decomposition(char).partition(" ")[0]
        if kind in ("<super>", "<sub>"):
            return self.unicode_script(at, end, kind)
        if char in _MODIFIERS:
            return self.unicode_script(at, end, "<super>")
        if kind in ("<font>", "<wide>", "<narrow>", "<fraction>"):
            return self.compatible(at, kind)
        if unicodedata.combining(char) or char == "\u20d7":
            self.accent(char, at)
            return at + 1
        if char.isalpha():
            return self.foreign(at, end)
        if char.isdigit() and char.isdecimal():
            self.add("num", str(unicodedata.decimal(char)), at, at + 1)
            return at + 1
        if char == "\\":
            self.gap = True
        elif char == '"':
            return self.quoted(at, end)
        else:
            self.add("unknown", char, at, at + 1)
        return at + 1

    def quoted(self, at: int, end: int) -> int:
        close = self.text.find('"', at + 1, min(end, at + 200))
        if close < 0:
            self.gap = True
            return at + 1
        self.add("text", self.text[at + 1 : close].strip(), at, close + 1)
        return close + 1

    def comment(self, at: int, end: int) -> int:
        """A TeX comment runs to the end of the line."""
        stop = self.text.find("\n", at, end)
        self.gap = True
        return end if stop < 0 else stop

    def accent(self, char: str, at: int) -> None:
        if self.tokens and (last := self.tokens[-1]).kind in ("let", "name") and last.end == at:
            accent = _COMBINING.get(char)
            if accent:
                last.accents = (*last.accents, accent)
            last.end = at + 1

    def compatible(self, at: int, kind: str) -> int:
        """Mathematical alphabets (``𝐱``, ``ℝ``) and full-width forms (``＝``) as their plain ones."""
        char = self.text[at]
        plain = unicodedata.normalize("NFKC", char)
        if kind == "<font>" and len(plain) == 1 and plain.isalpha():
            name = unicodedata.name(char, "")
            style = next((style for mark, style in _STYLE_NAMES if mark in name), "")
            token = self.add("let" if plain.isascii() else "name", plain, at, at + 1)
            token.style = style
            return at + 1
        if len(plain) == 1 and plain in CHARACTERS:
            self.add(*CHARACTERS[plain], at, at + 1)
        elif plain.isdigit() and plain.isascii():
            self.add("num", plain, at, at + 1)
        elif len(plain) == 1 and plain.isascii() and plain.isalpha():
            self.add("let", plain, at, at + 1)
        elif "⁄" in plain:
            self.fraction(plain, at)
        else:
            self.add("unknown", char, at, at + 1)
        return at + 1

    def fraction(self, plain: str, at: int) -> None:
        """``½`` reads as a bracketed 1/2."""
        above, _, below = plain.partition("⁄")
        if not (above.isdigit() and below.isdigit()):
            self.add("unknown", self.text[at], at, at + 1)
            return
        for kind, value in (("{", "{"), ("num", above), ("op", "/"), ("num", below), ("}", "}")):
            self.add(kind, value, at, at + 1)

    def unicode_script(self, at: int, end: int, kind: str) -> int:
        """A run of ``²`` or ``ᵢ`` characters as ``^{…}`` or ``_{…}``."""
        stop = at
        plain: list[tuple[str, int]] = []
        while stop < end:
            char = self.text[stop]
            mark = unicodedata.decomposition(char).partition(" ")[0]
            if mark == kind:
                plain += [(c, stop) for c in unicodedata.normalize("NFKC", char)]
            elif kind == "<super>" and char in _MODIFIERS:
                plain.append((_MODIFIERS[char], stop))
            else:
                break
            stop += 1
        self.add("^" if kind == "<super>" else "_", "", at, at)
        self.add("{", "{", at, at)
        for number, (char, place) in enumerate(plain):
            self.script_character(char, place, number > 0 and plain[number - 1][0].isdigit())
        self.add("}", "}", stop, stop)
        return stop

    def script_character(self, char: str, at: int, after_digit: bool) -> None:
        if char.isdigit() and after_digit:
            self.tokens[-1].value += char
            self.tokens[-1].end = at + 1
        elif char.isdigit():
            self.add("num", char, at, at + 1)
        elif char.isascii() and char.isalpha():
            self.add("let", char, at, at + 1)
        elif char in CHARACTERS:
            self.add(*CHARACTERS[char], at, at + 1)
        else:
            self.add("name", char, at, at + 1)

    def foreign(self, at: int, end: int) -> int:
        """Letters beyond ASCII: Greek one by one, an accented Latin letter, or a word."""
        char = self.text[at]
        name = unicodedata.name(char, "")
        if name.startswith("GREEK") or char in "ıȷħ":
            self.add("name", _GREEK_VARIANTS.get(char, char), at, at + 1)
            return at + 1
        plain = unicodedata.normalize("NFD", char)
        if len(plain) == 2 and plain[0].isascii() and plain[1] in _COMBINING:
            before = at > 0 and _in_word(self.text[at - 1])
            after = at + 1 < end and _in_word(self.text[at + 1])
            if char in "ŷŵẑ" or not (before or after):
                token = self.add("let", plain[0], at, at + 1)
                token.accents = (_COMBINING[plain[1]],)
                return at + 1
        stop = at
        while stop < end and (self.text[stop].isalpha() or self.text[stop] in "-'ー"):
            if unicodedata.name(self.text[stop], "").startswith("GREEK"):
                break
            stop += 1
        first = self.word_start(at)
        self.add("word", self.text[first:stop], first, stop)
        return stop

    def word_start(self, at: int) -> int:
        """Take back Latin letters that belong to the same word (``función``)."""
        first = at
        while self.tokens and self.tokens[-1].kind == "let" and self.tokens[-1].end == first:
            token = self.tokens.pop()
            first = token.start
            self.gap = token.gap
        return first


def _in_word(char: str) -> bool:
    return char.isalpha() and not unicodedata.decomposition(char).startswith(("<su", "<font"))


_GREEK_VARIANTS = {"ϵ": "ε", "ϕ": "φ", "ϑ": "θ", "ϱ": "ρ", "ϖ": "π", "ϰ": "κ", "µ": "μ"}
_MODIFIERS = {"ᵀ": "T", "ˡ": "l", "ᵗ": "t", "ᴸ": "L", "′": "′"}
_MODIFIERS.pop("′")


def unescape(words: str) -> str:
    """Words of ``\\text`` without their escapes and markup."""
    words = re.sub(r"\\([_%&#${}])", r"\1", words)
    words = re.sub(r"\\[A-Za-z]+\s*", " ", words)
    return " ".join(re.sub(r"[{}\\]", " ", words).replace("~", " ").split())


def tokenize(text: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of a formula's text, and what was odd about it."""
    tokenizer = _Tokenizer(text)
    tokenizer.run(0, len(text))
    if len(tokenizer.tokens) >= MAX_TOKENS:
        why = f"this formula is too large: more than {MAX_TOKENS} symbols"
        return [], [Problem(Span(0, len(text)), why)]
    return tokenizer.tokens, tokenizer.problems


def describe(token: Token) -> str:
    """A token as a message names it."""
    names = {
        "}": "closing brace",
        "{": "opening brace without its partner",
        "^": "superscript with nothing under it",
        "_": "subscript with nothing before it",
        "&": "alignment mark &",
        "row": "line break \\\\",
        "end": "end of an environment",
        "begin": "environment that never ends",
        "text": "words",
        "word": "words",
        "prime": "prime",
    }
    return names.get(token.kind) or (f"“{token.value}”" if token.value else token.kind)
