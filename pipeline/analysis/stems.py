"""Words with meaning, and their stems: what two wordings of one statement have in common."""

from __future__ import annotations

from functools import lru_cache

from pipeline.text import fold, words

# Closed word classes, and the few verbs that say nothing by themselves (make, take, use, say).
_FUNCTION_WORDS = frozenset(
    """
    a about above after again against ago all almost along already also although always
    am among an and any are around as at back be became because become becomes been
    before behind being below between both but by can come could did do does doing done
    down during each either else enough even ever every few for from further get gets
    had has have having he her here hers him his how however if in including into is it
    its itself just last least less like made make makes many may me might more most
    much must my near nearly need needs neither never new next no nor not now of off on
    once one only onto or other others our out over own per perhaps rather s same say
    says said set shall she should since so some still such take taken takes than that
    the their theirs them then there these they this those though through throughout
    thus to together too toward towards under until up upon us use used uses using very
    via was we well were what when where whether which while who whom whose why will
    with within without would yet you your
    """.split()
)


_ENDINGS = ("", "e", "s", "es", "d", "ed", "ing")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return a crude stem: enough to match `leases` with `lease` and `signed` with `signing`."""
    folded = fold(word).removesuffix("'s").strip("'")
    for ending, floor in (("ations", 4), ("ation", 4), ("ingly", 4), ("edly", 4), ("ments", 4),
                          ("ment", 4), ("ings", 4), ("ing", 4), ("ies", 3), ("ied", 3), ("ed", 3),
                          ("ers", 4), ("er", 4), ("es", 3), ("ly", 4), ("s", 3), ("e", 3),
                          ("y", 3)):  # fmt: skip
        if folded.endswith(ending) and len(folded) - len(ending) >= floor:
            return folded[: -len(ending)]
    return folded


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [
        stem(part) for word in words(text) for part in word.split("-") if part and is_content(part)
    ]


def is_content(word: str) -> bool:
    """Return whether a word carries meaning of its own."""
    return fold(word) not in _FUNCTION_WORDS


def word_forms(text: str) -> frozenset[str]:
    """Return the words of grammar, and the forms of the text's words that have the same stem.

    Of `leases` these are `lease`, `leased`, `leasing`; some are no words, which nobody writes.
    """
    parts = {fold(part) for word in words(text) for part in word.split("-") if part.isalpha()}
    return _FUNCTION_WORDS | {form for part in parts if is_content(part) for form in _forms(part)}


@lru_cache(maxsize=8_192)
def _forms(word: str) -> frozenset[str]:
    roots = {word[: len(word) - len(end)] for end in _ENDINGS if word.endswith(end)}
    made = {root + end for root in roots for end in _ENDINGS}
    return frozenset(form for form in made if stem(form) == stem(word))
