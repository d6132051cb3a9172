"""Which names are one thing: `GB300` and `Nvidia GB300`, `Corvane` and `Corvane Labs`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.analysis.names import name_key
from pipeline.stories.name_kinds import NameKind, bare_key, version_of
from pipeline.stories.name_lists import LEGAL_WORDS, NO_NAMES, ORG_WORDS, ORGS, PLACES
from pipeline.stories.tags.mentions import mentions_in
from pipeline.stories.tags.slugs import letters_of

_SHORT = re.compile(r"\s\((?:the\s)?[\"“]?([A-Z][A-Za-z&]{1,7})[\"”]?\)")
"""A short name in brackets right behind the long one."""
_CODE = re.compile(r"[a-z]+\d[a-z\d]*(?: \w+)*")
"""A model number, such as gb300 or mi300x: it needs no maker beside it."""

_NO_SHORT_FORM = NO_NAMES | PLACES


def same_names(
    spelling: Mapping[str, str],
    kinds: Mapping[str, NameKind],
    sentences: Iterable[str],
) -> dict[str, str]:
    """Return key → the key of the name it is another form of, itself where there is none.

    `spelling` has every name's key and how it is written. What a key stands for is never itself
    another form.
    """
    forms = _Forms(spelling)
    by_letters: dict[str, str] = {}
    for key in sorted(spelling, key=lambda k: (k.count(" "), k)):
        forms.join(key, by_letters.setdefault(letters_of(key), key))
    for key, written in sorted(spelling.items()):
        version, base = version_of(written), bare_key(written)
        if version and version.count(".") > 1 and base in spelling:
            forms.join(key, base)  # a patch; `Gemini 2.5` is a product of its own
        product = without_maker(key, kinds)
        if product in spelling and (_CODE.fullmatch(product) or kinds.get(product) == "product"):
            forms.join(key, product)
    for short, full in sorted(_full_names(spelling, kinds).items()):
        forms.join(short, full)
    for short, full in sorted(set(_defined(sentences))):
        if short in spelling and full in spelling:
            forms.join(short, full)
    return {key: forms.root(key) for key in spelling}


def model_numbers(spelling: Mapping[str, str], kinds: Mapping[str, NameKind]) -> dict[str, str]:
    """Return key → spelling of the model numbers that stand behind their makers."""
    return {
        number: written.partition(" ")[2]
        for key, written in sorted(spelling.items())
        if _CODE.fullmatch(number := without_maker(key, kinds))
    }


def without_maker(key: str, kinds: Mapping[str, NameKind]) -> str:
    """Return what stands behind an organisation's name of one word; empty where none begins it."""
    maker, _, product = key.partition(" ")
    return product if kinds.get(maker) == "org" else ""


class _Forms:
    """Names that point to the name they are a form of."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._to = {key: key for key in keys}

    def root(self, key: str) -> str:
        while (to := self._to.setdefault(key, key)) != key:
            key = to
        return key

    def join(self, form: str, name: str) -> None:
        if self.root(form) != (root := self.root(name)):
            self._to[self.root(form)] = root


def _full_names(spelling: Mapping[str, str], kinds: Mapping[str, NameKind]) -> dict[str, str]:
    """Return short name → full name of an organisation; a short name with two full ones has none.

    `Corvane` stands for `Corvane Labs`; `Google` does not for `Google AI`, only for `Google Inc`.
    """
    found: dict[str, list[str]] = {}
    for full in sorted(spelling):
        words = full.split()
        for cut in range(1, len(words)):
            short, rest = " ".join(words[:cut]), set(words[cut:])
            left_out = LEGAL_WORDS if short in ORGS else ORG_WORDS
            if short in spelling and short not in _NO_SHORT_FORM and rest <= left_out:
                found.setdefault(short, []).append(full)
                break
    return {
        short: fulls[0]
        for short, fulls in found.items()
        if len(fulls) == 1 and kinds.get(short) in (None, "org") and kinds.get(fulls[0]) == "org"
    }


def _defined(sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (short, full) where a sentence explains an abbreviation: `Farol Web Services (FWS)`."""
    for sentence in sentences:
        if "(" not in sentence:
            continue
        for mention in mentions_in(sentence):
            match = _SHORT.match(sentence, mention.end)
            initials = "".join(word[0] for word in mention.text.split() if word[0].isupper())
            if match and len(initials) > 1 and match[1].upper() == initials:
                yield name_key(match[1]), mention.key
