"""Why numbers that differ may be no mistake: units, other bases, remainders, roundings.

``140 · 80 = 11.200`` counts thousands, ``1011 - 0100 = 0111`` is binary, ``1 + 0 + 1 = 0`` the parity
of three bits, ``197/3 = 66`` a rounding, and ``500 · 8 / 0.2 = 20`` kbps: none of them is wrong.
"""

from __future__ import annotations

import math
import re

from vaultbp.derivations.doubts.supposed import is_supposed
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.terms import Div, Neg, Num, Pow, Term
from vaultbp.derivations.numerics.compare import Point
from vaultbp.derivations.numerics.numbers import is_plain, may_be_in_units, printed, significant
from vaultbp.latex.tokens import has_decimal_commas

_CUT_BEFORE, _CUT_AFTER = re.compile(r"\d\s?[,.]\s*$"), re.compile(r",\d|\.\s*\d")
_COMMA = re.compile(r"\d,\d")
_END = re.compile(r"[\\\s=≈,.&]")
_PADDED = re.compile(r"(?<![\d.,])0\d+(?![\d.,])")
_NUMERAL = re.compile(r"\d+(?:[.,]\d+)?")
_BINARY = re.compile(r"[01]+")
_MODULUS = re.compile(
    r"(?:\\[pb]?mod|\\operatorname\{mod\}|\bmod(?:ulo)?\b|\bмодул\w+|\bmódulo\b)[\s\\,;:{(]*\$?\s*(\d+)",
    re.IGNORECASE,
)
_BITS = re.compile(
    r"parit|\bxor\b|⊕|\\oplus|чётност|GF\(2\)|\\(?:mathbb|mathbf|Bbb)\{?[FZ]\}?_\{?2\b|奇偶|パリティ",
    re.IGNORECASE,
)
_RESIDUES = re.compile(
    r"\\(?:mathbb|mathbf|Bbb)\{?\s*[FZ]\s*\}?\s*_\s*\{?\s*(\d+)|\bGF\s*\(\s*(\d+)"
    r"|\\(?:mathbb|mathbf|Bbb)\{?\s*Z\s*\}?\s*/\s*(\d+)|[ℤ𝔽]/?(\d+)"
)
"""Rings and fields of which the elements are remainders, by how many they are."""
_FINITE = re.compile(
    r"finite (field|ring)|\bcharacteristic (of|is|\d|\$)|\\char\b|integral domain|zero divisor"
    r"|residue|congruen|quotient ring|endlich\w* Körper|Restklasse|anneau|corps fini|congru|anillo"
    r"|cuerpo finito|конечн\w+ пол|вычет|сравнени|кольц|有限域|剩余|同余|特征为|整环|商环|합동|유한체"
    r"|合同|有限体",
    re.IGNORECASE,
)
"""Words of notes in which a whole number may be nought."""
_EQUAL = ("=", "≡", ":=")
_SLASHED = re.compile(r"/\s*\d+\s*(?:\\left)?\(")
"""``12/2(3)``, which some read as a half of twelve times three and some as twelve by six."""
_SIZE = re.compile(r"(\d+)\s*(?:\\times|×)\s*(\d+)\s*[\])]?\s*$")
_SIZES = re.compile(
    r"matri[xc]|convol|kernel|stride|padding|pooling|image|pixel|tensor|dimension|resolution"
    r"|матриц|свёрт|сверт|изображ|размер|矩阵|卷积|步长|图像|维|行列|畳み込み|画像|행렬|합성곱|이미지"
    r"|matriz|imagen|imagem|convolu|faltung|bild|dimensi",
    re.IGNORECASE,
)
"""Words of notes in which ``3 × 4`` is the size of an array, and sizes are rounded."""
_GOES_ON = re.compile(r"[^$\n]{0,40}\$\s*(?:\\times\b|\\cdot\b|[+\-−*/×÷])")
"""Words after a formula, and another one that begins with an operator."""
EPSILON = 1e-9
"""What a computer may have left of nothing."""
NEARLY = 0.03
"""How far a printed number may be from the exact one to be a rounding of it (relative)."""
MORE_THAN_NUMBERS = "the numbers differ, but more than numbers is written here"


def may_be_meant_otherwise(
    book: Notebook, stated: Stated, k: int, sides: tuple[Term, Term], point: Point
) -> str | None:
    """Why the numbers of a step that differ at ``point`` may be no mistake, or ``None``."""
    if is_supposed(stated):
        return "the words before it suppose it"
    text = stated.formula.text
    start, end = stated.chain.sides[0].span.start, stated.chain.sides[-1].span.end
    written = _written(stated, k)
    if (not k or stated.relations[k - 1] not in _EQUAL) and all(map(_is_numeral, sides)):
        return "two numbers: nothing is computed here"
    cut = _CUT_BEFORE.search(text[:start]) or _CUT_AFTER.match(text[end:])
    if cut or (_COMMA.search(written) and not has_decimal_commas(text)):
        return "a comma may be a decimal point here"
    if k + 2 == len(stated.sides):
        after = f"{text[end:]} {stated.formula.after}"
        if may_be_in_units(point.left, point.right, after):
            return "the word after it may be a unit"
        if _GOES_ON.match(book.note.source.text, stated.formula.span.end):
            return "the formula after it goes on with it"
    if _SLASHED.search(written):
        return "it is not clear how far a slash goes"
    size = _SIZE.search(written.split("=")[-1])
    if size and (_SIZES.search(book.note.source.text) or point.left in map(float, size.groups())):
        return "the size of an array may be meant"
    if not is_plain(written):
        return MORE_THAN_NUMBERS
    if _is_in_another_base(written) or _is_binary_fraction(sides, point):
        return "its numbers may be written in another base"
    if _is_remainder(book.note.source.text, point):
        return "it may be a remainder: the note counts modulo a number"
    if _is_symbol_of_legendre(sides, point):
        return "it may be a Legendre symbol"
    if _is_rounded(point, sides[1]) or _is_whole_quotient(sides, point):
        return "it may be rounded"
    whole = (math.floor(point.left), math.ceil(point.left))
    if point.right in whole and _SIZES.search(book.note.source.text):
        return "it may be rounded"
    return None


def _written(stated: Stated, k: int) -> str:
    """The text of a step from the beginning of its left side to the end of its right one."""
    left, right = stated.chain.sides[k].span, stated.chain.sides[k + 1].span
    after = stated.formula.text[right.end : right.end + 12]
    return stated.formula.text[left.start : right.end] + _END.split(after)[0]


def _is_numeral(side: Term) -> bool:
    """Whether a side is nothing but a number, whatever its sign."""
    return isinstance(side.body if isinstance(side, Neg) else side, Num)


def _is_in_another_base(written: str) -> bool:
    """``0111``, nothing but noughts and ones that are not all powers of ten, or truth: ``1 + 1 = 1``."""
    if _PADDED.search(written):
        return True
    numerals = _NUMERAL.findall(written)
    if not numerals or not all(_BINARY.fullmatch(each) for each in numerals):
        return False
    return max(map(len, numerals)) == 1 or any(each.count("1") > 1 for each in numerals)


def _is_binary_fraction(sides: tuple[Term, Term], point: Point) -> bool:
    """``0.011 = 2^{-2} + 2^{-3}``: whether one side is a numeral that is the other one in base two."""
    for side, other in zip(sides, (point.right, point.left), strict=True):
        whole, dot, parts = side.text.partition(".") if isinstance(side, Num) else ("", "", "")
        if dot and _BINARY.fullmatch(whole + parts):
            if int(whole + parts, 2) / 2 ** len(parts) == other:
                return True
    return False


def _is_remainder(text: str, point: Point) -> bool:
    """Whether two whole numbers differ by a multiple of a number modulo which the note counts."""
    gap = point.left - point.right
    if gap != round(gap):
        return False
    moduli = {int(found) for found in _MODULUS.findall(text) if len(found) < 10}
    moduli |= {int("".join(f)) for f in _RESIDUES.findall(text) if len("".join(f)) < 10}
    if _BITS.search(text):
        moduli.add(2)
    if point.right in (0, 1) and _FINITE.search(text):
        return True
    return any(modulus > 1 and gap % modulus == 0 for modulus in moduli)


def _is_symbol_of_legendre(sides: tuple[Term, Term], point: Point) -> bool:
    """``(2/7) = 1``: a fraction of two numbers of which nobody would say that it is 1 or -1."""
    left, right = sides
    if not isinstance(left, Div) or not (isinstance(left.num, Num) and isinstance(left.den, Num)):
        return False
    above, below = left.num.value, left.den.value
    odd = below % 2 == 1 and below > 2 and above == int(above) and above % below != 0
    return odd and _is_numeral(right) and abs(point.right) == 1


def _is_rounded(point: Point, side: Term) -> bool:
    """Whether a side is what the other one rounds to at the digits printed, or its power of ten."""
    number = printed(side)
    if number is None:
        return False
    if not number.value:
        return abs(point.left) < EPSILON
    digits = significant(number.text.rstrip("0") if number.text.isdigit() else number.text)
    near = abs(point.left - point.right) <= NEARLY * abs(point.left)
    if isinstance(side, Pow):
        return near
    if near and number.text.isdigit() and abs(point.left - point.right) < 1:
        return digits > 1 or point.left != round(point.left)  # to a whole number, up or down
    if not (near and digits > 1) and "e" not in number.text:
        return False
    return math.isclose(float(f"{point.left:.{digits - 1}e}"), point.right)


def _is_whole_quotient(sides: tuple[Term, Term], point: Point) -> bool:
    """``17 / 5 = 3``, as programs divide whole numbers."""
    left, right = sides
    whole = isinstance(left, Div) and isinstance(left.num, Num) and isinstance(left.den, Num)
    return whole and isinstance(right, Num) and math.floor(point.left) == point.right
