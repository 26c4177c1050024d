"""Words that stand in formulas, in the languages people write, and what they do there."""

from __future__ import annotations

import re


def word_set(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


CONNECTIVES = word_set(
    """and or so thus hence then therefore where with also but i.e. e.g. that is which means implies
    и или тогда следовательно где значит поэтому отсюда
    y e o luego entonces donde con es decir por lo tanto así
    und oder also daher somit wobei mit folglich dann
    et ou donc alors où avec ainsi
    ed oppure quindi dove allora
    então onde logo portanto
    且 和 与 或 其中 则 因此 所以 于是 故 即 又
    ここで よって ゆえに かつ または 그리고 또는 따라서 여기서"""
)
"""They end one statement and begin the next."""

EXPLAINING = word_set(
    "where with где donde con wobei mit où avec dove onde com 其中 这里 ここで 여기서"
)
"""What they introduce explains a symbol; the derivation goes on after it."""

CONDITIONS = word_set(
    """if for when whenever since because as unless given assuming provided such on over at by s.t.
    for all any every each some subject to let suppose
    если при когда для всех любого так как
    si para cuando como sea todo todos dado
    wenn für falls bei da sei alle
    si pour quand lorsque car tout soit
    se per quando poiché ogni
    当 若 如果 对于 对 对所有 任意 因为 由于 もし のとき とき すべての 만약 일때 때"""
)
"""What follows them says when the statement holds."""

OTHERWISE = word_set(
    "otherwise else elsewhere иначе otro caso sonst sinon altrimenti 其他 否则 それ以外 그외"
)

LABEL_WORDS = word_set(
    """in out net new old max min avg ref true pred tot sum opt reg err obs exp sim val test train
    model data step prev next curr cur mid left right loss cost total target output input hidden
    error grad init final batch norm std mean var enc dec src tgt pos neg real fake gen dis disc top
    low high base bias local global global relu tanh soft mse mae ce kl nll bce vae gan cls box
    obj conv pool fc attn head key pad mask eff ext int kin pot gas sys env act adj est emp lin
    odd even and not xor"""
)
"""Two or three letters that are a word, not one index per letter; longer runs are words anyway."""

KNOWN_NAMES = word_set(
    """net out loss cost target output input error pred grad err lr MSE BCE RSS SSE MAE CE NLL RMSE
    ELBO TD GAE KL rate hidden total weight weights bias bce mse act logits logit data model reward
    score label labels state action delta cell gate in_ new old Loss Cost Error Target Output Input
    Net Out val sum avg size len num den tmp temp prod mask true"""
)
"""Runs of letters that are one symbol."""


def is_connective(words: str) -> bool:
    first = _first(words)
    return first in CONNECTIVES


def is_condition(words: str) -> bool:
    return _first(words) in CONDITIONS


def is_explaining(words: str) -> bool:
    return _first(words) in EXPLAINING


def _first(words: str) -> str:
    stripped = words.strip(" ,.;:()（），、").lower()
    return stripped.split(" ")[0].strip(",.;:") if stripped else ""


_JOINED = re.compile(r"([A-Za-z]{0,2}?)(ln|log|exp|sin|cos|tanh|tan)([A-Za-z]{0,2})")
_NOT_JOINED = word_set("since using sing blog slog logs tang kiln sins taxing cost tank")


def joined_function(word: str) -> tuple[str, str] | None:
    """``ylna``, ``lnx``, ``xsin``: letters before a function in a run, and the function."""
    match = _JOINED.fullmatch(word)
    if match is None or word.lower() in _NOT_JOINED or word in KNOWN_NAMES:
        return None
    return match.group(1), match.group(2)


_VOWELS = frozenset("aeiouyAEIOUY")


def is_word(word: str) -> bool:
    """Whether four or more adjacent letters are likelier a word than a product."""
    if len(word) < 4 or not any(c in _VOWELS for c in word):
        return False
    if word[:-3] and word[-3:] in ("log", "exp", "sin", "cos", "max", "min"):
        return len(word) > 6
    lower_after = word[1:].islower()
    camel = word[1:].isalpha() and not word.isupper() and any(c.isupper() for c in word[2:])
    if word[0] == "d" and word[1].isupper():
        return False
    return lower_after or (camel and _humps(word)) or (word.isupper() and len(word) > 4)


def _humps(word: str) -> bool:
    """``batchSize``: every hump has two letters or more."""
    length = 0
    for index, char in enumerate(word):
        if char.isupper() and index and length < 2:
            return False
        length = 1 if char.isupper() else length + 1
    return length >= 2
