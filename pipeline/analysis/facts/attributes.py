"""What a value states: the words around it that say what is counted, and what is done with it.

Without a parser: a value's noun stands right behind it, or before `of` and `worth`; its verb is the
nearest one that no clause's border separates from it. Where neither is sure, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.clauses import finite_verb
from pipeline.analysis.facts.word_classes import joined_class, word_class
from pipeline.analysis.stems import is_content, stem
from pipeline.text import fold, words

_WORD = re.compile(r"[^\W_]+(?:['’\-.&/][^\W_]+)*")

NOUN_WORDS = 5
"""Words of a noun phrase behind a value at most: `20,000 liquid-cooled GB300 accelerator units`."""
VERB_REACH = 8
"""Words between a value and its verb at most."""

SAYING = frozenset(
    stem(word)
    for word in """
    say says said tell told add added adds note noted report reported reports estimate estimated
    estimates confirm confirmed warn warned claim claimed argue argued write wrote believe believed
    think thought expect expected show showed shows suggest suggested according announce announced
    """.split()
)
_BE = frozenset("is are was were be been being isn't aren't wasn't weren't it's".split())
_HAVE = frozenset("has have had having".split())
_MODALS = frozenset("will would can could may might must should shall to won't cannot".split())
_DO = frozenset("do does did doesn't didn't don't".split())
AUXILIARIES = _BE | _HAVE | _MODALS | _DO
_DETERMINERS = frozenset(
    "the a an its their his her our your this that these those each every some any no all".split()
)
_NOT_IN_NOUN = frozenset(
    """
    and or but nor in on at to for by of from with than as that which who whom whose where when
    while if is are was were be been has have had will would can could may might must should a an
    the its their his her against over under after before during since until per not also about
    into through between among across within without including because so yet there it they he she
    we you i ago today yesterday tomorrow tonight now then each apiece last next this only already
    still alone up compared even
    """.split()
)
_RESULTS = frozenset("dead injured wounded hurt missing killed homeless trapped arrested".split())
_PARTICLES = frozenset("off up out down over effect place into".split())
_NO_GERUND = frozenset(
    "including according following during morning evening building thing nothing something "
    "anything everything being spring king".split()
)
_BORDER = re.compile(
    r"[;:()—–\"“”]|,\s+(?:but|while|whereas|which|who|whose|where|although|though|after|when|"
    r"because|and|so)\s|,\s+(?=according\b|(?:[A-Z][\w’'-]*\s){1,4}(?:says?|said|told)\b)|"
    r"\b(?:which|while|whereas|although|because)\b|\sthat\s(?!is\b)"
)
_PLURAL = re.compile(r"\b\w{2,}(?<![sui])s$")
_COLLECTIVE = frozenset("people men women children police staff".split())
_DEAD = re.compile(rf"\s(?:{'|'.join(sorted(_RESULTS))})\b")
_MEANS = frozenset("cash stock shares total all full debt value worth".split())
"""How something is paid: no attribute of the sum."""
_FOR_WHAT = re.compile(
    r"\s(?:for (?:[A-Z]|the (?:company|firm|business|maker))|to (?:buy|acquire)\b)"
)
_NOUN_END = re.compile(
    r"[,;:()]|\b(?:of|that|to|which|who|with|for|in|on|at|by|from|after|between|and|as|over|under|"
    r"since|until|through|during|when)\b"
)
_ADVERB = re.compile(r"\w+ly|not|also|now|already|since|then|just|still|only|never|ever")

Span = tuple[int, int]
_Token = tuple[int, int, str]
"""Start, end and folded word."""


@dataclass(frozen=True)
class Wording:
    """The words that say what a value states."""

    what: str
    """Class of the noun that is counted, measured or paid; empty where there is none."""
    noun: str
    """That noun with what belongs to it, as written."""
    does: str
    """Class of its verb."""
    verb: Span | None
    """Where the verb's words are."""
    noun_end: int
    """Where the noun phrase behind the value ends."""
    modifiers: tuple[str, ...]
    """Stems of the phrase's other words."""


def clause_span(text: str, start: int, end: int) -> Span:
    """Return the clause around a value: what no border separates from it."""
    first = 0
    for border in _BORDER.finditer(text, 0, start):
        first = border.end()
    border_behind = _BORDER.search(text, end)
    return first, border_behind.start() if border_behind else len(text)


@dataclass(frozen=True)
class _Phrase:
    nouns: tuple[str, ...]
    end: int


def wording(text: str, start: int, end: int, *, is_money: bool) -> Wording:
    """Return the wording around a value; `start` and `end` include its hedge and rate."""
    phrase = _noun_phrase(text, end, singular=is_money)
    of = re.compile(r"\s(?:of|in)\s" if is_money else r"\sof\s").match(text, phrase.end)
    within = _noun_phrase(text, of.end(), inner=True) if of else _Phrase((), phrase.end)
    if of and is_money and not within.nouns:
        within = _Phrase((), phrase.end)
    if is_money and within.nouns and fold(within.nouns[-1]) in _MEANS:
        within = _Phrase((), phrase.end)
    named = bool(phrase.nouns and within.nouns) and within.nouns[-1][0].isupper()
    heads = [word_class(p.nouns[-1]) for p in (phrase, within) if p.nouns]
    heads = heads[:1] if named else heads  # "the $3 billion acquisition of Brightmoor"
    what = " of ".join(heads)
    rest = (*phrase.nouns[:-1], *within.nouns[:-1])
    noun_end = within.end if within.nouns else phrase.end
    verb = _verb(text, start, noun_end)
    does = verb_class(text[slice(*verb)]) if verb else ""
    noun = text[end:noun_end].strip()
    noun = phrase.nouns[-1] if noun.startswith("-") and phrase.nouns else noun  # "35-word oath"
    if not what and _DEAD.match(text, end):
        what = "person"
    elif not what:
        noun = _noun_before(text, start)
        what = word_class(noun) if noun else ""
    if what == "person" and does in ("cut", "hire"):
        what = "job"
    bought = does == "deal" and text[:start].endswith(" for ")
    if is_money and not what and (bought or (does == "pay" and _FOR_WHAT.match(text, end))):
        what, does = "deal", "worth"
    if is_money and phrase.nouns:
        does = "worth"  # "a $6 billion deal": the noun's worth, whatever is done with it
    return Wording(what, noun, does, verb, noun_end, tuple(stem(word) for word in rest))


def _noun_phrase(text: str, start: int, *, inner: bool = False, singular: bool = False) -> _Phrase:
    """Return the words of the noun phrase that begins at `start`.

    An `inner` one stands behind `of`; with `singular` a word in -s behind a noun is its verb, as
    in `the $6 billion deal closes`.
    """
    nouns: list[str] = []
    end = start
    for match in _WORD.finditer(text, start):
        gap, word = text[end : match.start()], match[0]
        folded = fold(word)
        if inner and not nouns and folded in _DETERMINERS and gap.strip() == "":
            end = match.end()
            continue
        if gap.strip(" \u00a0-") or (not nouns and not inner and not gap):
            break
        if folded in _NOT_IN_NOUN or word[0].isdigit() or len(nouns) >= NOUN_WORDS:
            break
        if not nouns and folded in _RESULTS:
            break
        if nouns and singular and _is_finite(folded):
            break
        if nouns and (_is_past(folded) or folded in _RESULTS or _ADVERB.fullmatch(folded)):
            break
        if re.match(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day$", folded):
            break
        nouns.append(word.removesuffix("'s").removesuffix("’s"))
        end = match.end()
        if word.islower() and (_PLURAL.fullmatch(folded) or folded in _COLLECTIVE):
            break  # no plural stands before another noun: "42% of voters support it"
    return _Phrase(tuple(nouns), end if nouns else start)


def _is_past(folded: str) -> bool:
    return folded == "died" or (_is_finite(folded) and not folded.endswith("s"))


def _is_finite(folded: str) -> bool:
    return folded == "died" or finite_verb(folded) == (0, len(folded))


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    return [(m.start(), m.end(), fold(m[0])) for m in _WORD.finditer(text, start, end)]


def _verb(text: str, start: int, noun_end: int) -> Span | None:
    first, last = clause_span(text, start, noun_end)
    left = _nearest_left(_tokens(text, first, start))
    right = _tokens(text, noun_end, last)
    touches = bool(right) and not text[noun_end : right[0][0]].strip()
    follows = _first_right(right, direct=True) if touches else None
    if follows is not None:
        word = text[slice(*follows)]
        bare_participle = " " not in word and fold(word) not in _RESULTS
        told = left is None or stem(text[slice(*left)].split()[-1]) in SAYING
        led = left is not None and fold(text[slice(*left)]) in _BE | _HAVE | {"left", "leaving"}
        if told or led or not bare_participle:
            return follows
    if left is not None and stem(text[slice(*left)].split()[-1]) not in SAYING:
        return left
    if touches and _PLURAL.search(fold(text[:noun_end])) and right[0][2] not in _NOT_IN_NOUN:
        return right[0][0], right[0][1]  # "42% of voters support it": a verb without an ending
    return _first_right(right, direct=False) or left


def _nearest_left(tokens: Sequence[_Token]) -> Span | None:
    """Return the words of the last verb group before the value."""
    reach = range(len(tokens) - 1, max(-1, len(tokens) - 1 - VERB_REACH), -1)
    index = next((n for n in reach if _is_verb(tokens, n)), None)
    if index is None:
        return tokens[-1][:2] if tokens and _acts(tokens) else None
    begin = index
    while begin > 0 and _leads(tokens[begin - 1][2]):
        begin -= 1
    while begin < index and _ADVERB.fullmatch(tokens[begin][2]):
        begin += 1
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    joined = after is not None and after[2] in _PARTICLES and index + 2 == len(tokens)
    end = tokens[index + 1][1] if joined else tokens[index][1]
    return tokens[begin][0], end


def _leads(word: str) -> bool:
    """Whether a word before a verb belongs to its group."""
    return word in AUXILIARIES or bool(_ADVERB.fullmatch(word))


def _acts(tokens: Sequence[_Token]) -> bool:
    """Whether a word in -s right before a value is its verb: `the flaw affects 40 models`."""
    before, word = tokens[-2][2] if len(tokens) > 1 else "", tokens[-1][2]
    noun_ahead = before.isalpha() and before not in _NOT_IN_NOUN and len(before) > 2
    return noun_ahead and not before.endswith("s") and bool(_PLURAL.search(word))


def _is_verb(tokens: Sequence[_Token], index: int) -> bool:
    word = tokens[index][2]
    before = tokens[index - 1][2] if index else ""
    if word in _MODALS:
        return False
    if word == "worth":
        return True
    if before in _DETERMINERS or before in {"of", "in", "on", "for", "by", "with", "from"}:
        return word.endswith("ing") and word not in _NO_GERUND and before not in _DETERMINERS
    back = index - 1
    while back >= 0 and _ADVERB.fullmatch(tokens[back][2]):
        back -= 1
    if back >= 0 and tokens[back][2] in _MODALS | _DO:
        return word.isalpha() and word not in _DETERMINERS and word not in _NOT_IN_NOUN - _BE
    if word in _BE | _HAVE | _DO:
        return True
    if word.endswith("ing"):
        return len(word) > 5 and word not in _NO_GERUND
    return _is_finite(word)


def _first_right(tokens: Sequence[_Token], *, direct: bool) -> Span | None:
    """Return the words of the first verb group behind the value; `direct`: right behind it."""
    for index, (start, _, word) in enumerate(tokens):
        if word in _RESULTS or word in AUXILIARIES - {"to"} or _is_verb(tokens, index):
            end = index
            while tokens[end][2] in AUXILIARIES and end + 1 < len(tokens):
                ahead = end + 1
                while ahead + 1 < len(tokens) and _ADVERB.fullmatch(tokens[ahead][2]):
                    ahead += 1
                if tokens[ahead][2] in _NOT_IN_NOUN - AUXILIARIES or tokens[ahead][2][0].isdigit():
                    break
                end = ahead
            if end + 1 < len(tokens) and tokens[end + 1][2] in _PARTICLES:
                end += 1
            return start, tokens[end][1]
        if direct and not _ADVERB.fullmatch(word):
            return None
    return None


def noun_of_verb(text: str, verb: Span, place: Span) -> str:
    """Return the noun that a verb's event is about: what is signed, what takes effect.

    Its object, or where it has none what stands right before it; `place` is that of the date.
    """
    behind = text[verb[1] :]
    if place[0] >= verb[1]:
        behind = text[verb[1] : place[0]]
    for part in (_NOUN_END.split(behind, maxsplit=1)[0], text[: verb[0]].rsplit(",", 1)[-1]):
        found = words(part)
        while found and (fold(found[-1]) in AUXILIARIES or found[-1].isdigit()):
            found.pop()
        if found and is_content(found[-1]) and found[-1].isalpha():
            return found[-1]
    return ""


def verb_class(phrase: str) -> str:
    """Return the class of a verb group: of its last word, with the particle it has."""
    parts = [fold(word) for word in words(phrase)]
    content = [w for w in parts if w not in AUXILIARIES and not _ADVERB.fullmatch(w)]
    if not content:
        return "be" if set(parts) & _BE else "have" if set(parts) & _HAVE else "do"
    if len(content) > 1 and content[-1] in _PARTICLES:
        return joined_class(content[-2], content[-1])
    return word_class(content[-1])


_LEVEL = re.compile(
    r"\b(?P<noun>[A-Za-z][\w’'-]+)(?:,?\s(?:(?:is|are|was|were|be|been|now|currently|has been)\s)*"
    r"(?:worth|valued at|priced at|estimated at|totall?ing|costing|of)|"
    r"\s(?:(?:will|would|has|have|had)\s)?(?:is|are|was|were|be|stood|stands|stand|remained|remains|"
    r"remain|reached|reach|hit|came|comes|come|rose|rises|rise|risen|fell|falls|fall|fallen|grew|"
    r"grows|grow|dropped|drop|climbed|climb|jumped|increased|increase|declined|decline|decreased|"
    r"shrank|costs?|totall?ed|totals?|exceeds?|exceeded)"
    r"(?:\s(?:by\s)?[\d.,]+\s?(?:%|percent|per cent))?(?:\s(?:at|to|by))?)\s*$"
)
"""What a noun stands before to be the one that the value measures: `unemployment fell to`."""


def _noun_before(text: str, start: int) -> str:
    """Return the noun before `of`, `worth` or a verb of level, empty without one."""
    found = _LEVEL.search(text[:start])
    return found["noun"] if found is not None and is_content(found["noun"]) else ""
