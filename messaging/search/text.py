"""How a text reads to a search: folded, cut into words. Message and query go through the same door, so that they meet."""

import functools
import re
import unicodedata

CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u3099-\u30fa\u30fc-\u312f\u3131-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Chinese, Japanese and Korean, which put no space between words (Korean puts them between phrases)."""
SYMBOLS = "\u2100-\u214f\u2190-\u2bff\U0001f000-\U0001faff"
"""Arrows, formulas, pictures: each is a word of its own. ASCII's signs are punctuation."""

_UNSEEN = re.compile("[\u00ad\u200c\u200d\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
"""Soft hyphens, joiners and variation selectors, which stand within words and pictures."""
_ASCII = re.compile(r"[a-z0-9]+")
_IS_CJK = re.compile(f"[{CJK}]")


def words(text: str) -> list[str]:
    """The words of `text` in their order, folded (NFKC, case): runs of letters and digits, runs of CJK, single symbols."""
    return _ASCII.findall(text.lower()) if text.isascii() else _any_script().findall(fold(text))


def fold(text: str) -> str:
    """`text` as it is compared: full-width and half-width forms, ligatures and cases are one, what cannot be seen is not there."""
    while (folded := unicodedata.normalize("NFKC", _UNSEEN.sub("", text).casefold())) != text:
        text = folded
    return text


def folded_at_once(text: str) -> str | None:
    """`text` folded where nothing but case needs folding, which is cheap to see; else None."""
    if text.isascii():
        return text.lower()
    folded = text.casefold()
    is_whole = unicodedata.is_normalized("NFKC", text) and unicodedata.is_normalized("NFKC", folded)
    return folded if is_whole and not _UNSEEN.search(text) else None


def flat(text: str) -> str:
    """The words of `text` with one space round each, for looking a part of it up."""
    return f" {' '.join(words(text))} "


def is_cjk(word: str) -> bool:
    """Whether a word of `words` is a run of Chinese, Japanese or Korean."""
    return _IS_CJK.match(word) is not None


def is_short(word: str) -> bool:
    """Whether `word` is found as a whole word alone: one or two letters. In Chinese these are words like any other."""
    return len(word) < 3 and not is_cjk(word)


@functools.cache
def _any_script() -> re.Pattern[str]:
    # Letters of Hindi, Arabic and others carry marks, which `\w` does not take for parts of a word.
    marks = "".join(
        chr(code)
        for code in range(0x300, 0xFE00)
        if unicodedata.category(chr(code)) in ("Mn", "Mc") and not _IS_CJK.match(chr(code))
    )
    return re.compile(f"[{CJK}]+|[{SYMBOLS}]|(?:(?![{CJK}{SYMBOLS}])[^\\W_]|[{marks}])+")
