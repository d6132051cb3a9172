"""Whether a sentence from which words were cut still says what its source says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.analysis.clauses import finite_verb, starts_with_verb
from pipeline.analysis.stems import content_stems
from pipeline.brief.attribution import loses_source
from pipeline.brief.condense import is_subsequence
from pipeline.brief.parts import (
    CONJUNCTIONS,
    PARTICIPLE,
    PREPOSITIONS,
    Part,
    parts_of,
)
from pipeline.brief.subjects import SAYING
from pipeline.brief.verify import (
    QUOTED,
    ScoreSupport,
    Verdict,
    check,
    judge,
    quoted_parts,
    word_coverage,
)
from pipeline.text import WORD, fold, words


def verify_condensed(claim: str, sentence: str, support: ScoreSupport = word_coverage) -> Verdict:
    """Check a condensed sentence: every word from the source in order, then the checks.

    A hedge or negation may be missing only when it went with a part that was cut whole, so these
    two are checked against what was kept of the sentence: its own words.
    """
    checks = check(claim, [sentence])
    kept = check(claim, [claim])
    checks |= {name: kept[name] for name in ("negation", "hedges")}
    if (
        not is_subsequence(claim, sentence)
        or _cuts_into_clause(claim, sentence)
        or _mangles(claim, sentence)
        or _dangles(claim, sentence)
        or _splices(claim, sentence)
        or oversteps(claim, [sentence])
        or (finite_verb(claim) is None and finite_verb(sentence) is not None)
    ):
        checks["words"] = "fail"
    return judge(checks, claim, [sentence], support)


def _cuts_into_clause(claim: str, sentence: str) -> bool:
    """Whether a negation, modal or hedge went that was no part of something set off by a mark.

    A word that stands twice can be matched from the left or from the right; one of the two must
    do.
    """
    kept = [fold(w) for w in words(claim)]
    found = list(WORD.finditer(sentence))
    from_left = _matched(kept, found)
    from_right = _matched(kept[::-1], found[::-1])[::-1]
    return all(
        any(
            _BINDING & {fold(w) for w in words(gap)} and not re.match(r"\s*[,;:(\[—–-]", gap)
            for gap in (sentence[a.end() : b.start()] for a, b in pairwise(matches))
        )
        for matches in (from_left, from_right)
    )


def _dangles(claim: str, sentence: str) -> bool:
    """Whether the claim begins with what told of words before it: `To be shown on Tuesday, he`."""
    first, *others = words(claim) or [""]
    at = sentence.lower().find(f", {first.lower()} {' '.join(others[:1]).lower()}")
    opens = fold(first) == "to" or (PARTICIPLE.fullmatch(fold(first)) and "," in claim)
    return bool(at > 0 and opens and not sentence.lower().startswith(first.lower()))


def _mangles(claim: str, sentence: str) -> bool:
    """Whether what is left is no good sentence, or says more than the source.

    A preposition lost its object ("can move to for twelve months"), a second clause its `that` or
    `says`, or a comma joins what a semicolon kept apart.
    """
    kept = list(WORD.finditer(claim))
    matches = _matched([fold(word[0]) for word in kept], list(WORD.finditer(sentence)))
    return any(
        _mangled(
            fold(left[0]),
            sentence[left.end() : right.start()],
            fold(right[0]),
            claim[own.end() : following.start()],
        )
        for (own, following), (left, right) in zip(pairwise(kept), pairwise(matches), strict=True)
    )


def _splices(claim: str, sentence: str) -> bool:
    """Whether a list of predicates lost its `and`: `It drops A, turns B off`."""
    told = [part for part in parts_of(sentence) if _opens(part)]
    own = [part for part in parts_of(claim) if _opens(part)]
    if not any(part.lead in CONJUNCTIONS for part in told):
        return False
    verbs = {fold(part.tokens[0]) for part in told}
    left = any(part.lead == "," and fold(part.tokens[0]) in verbs for part in own)
    return left and not any(part.lead in CONJUNCTIONS for part in own)


def _opens(part: Part) -> bool:
    return starts_with_verb(part.text) and fold(part.tokens[0]) not in SAYING


def _mangled(left: str, told: str, right: str, mark: str) -> bool:
    """Whether two kept words stand badly side by side; `told` stood between them, now `mark`."""
    gone = [fold(word) for word in words(told)]
    if not gone:
        return ";" in told and ";" not in mark
    if gone[-1] in _RELATIVE_PRONOUNS and "," in mark:
        return True  # a switch, Acme wants by May
    if left in PREPOSITIONS and (right in PREPOSITIONS or right in CONJUNCTIONS):
        return True
    return left in CONJUNCTIONS and (gone == ["that"] or bool(_SAID & set(gone)))


def oversteps(claim: str, sentences: Sequence[str]) -> bool:
    """Return whether a claim says more than the sentences it is made of, by leaving words out.

    Gone is the year of a month, what something is compared with, the marks around a quotation, who
    says or thinks so, of whom it was said, or one of two conditions.
    """
    return (
        _loses_year(claim, sentences)
        or _cuts_measure(claim, "\n".join(sentences))
        or _unquotes(claim, sentences)
        or any(
            loses_source(claim, told)
            or _loses_opinion(claim, told)
            or _widens(claim, told)
            or _halves_condition(claim, told)
            for told in sentences
        )
    )


def _loses_year(text: str, sentences: Sequence[str]) -> bool:
    """Whether a month stands without the year that the source gives it."""
    dated = {(m[1], m[0]) for sentence in sentences for m in _MONTH_OF_YEAR.finditer(sentence)}
    return any(month in text and whole not in text for month, whole in dated)


def _widens(text: str, sentence: str) -> bool:
    """Whether what was said of some is said of all: `are less organised in such states`."""
    own = [frozenset(part.stems) for part in parts_of(text)]
    for part in parts_of(sentence):
        for limit in _LIMIT.finditer(part.text):
            told = frozenset(content_stems(part.text[: limit.start()]))
            limited = frozenset(content_stems(limit[1]))
            if any(2 * len(told & stems) >= len(told) > 0 and not stems & limited for stems in own):
                return True
    return False


def _loses_opinion(text: str, sentence: str) -> bool:
    """Whether a writer's opinion is told as a fact: `I think the megawatt is the worst unit`."""
    return bool(_OPINION.search(sentence)) and not _OPINION.search(text)


def _halves_condition(text: str, sentence: str) -> bool:
    """Whether one of two conditions is gone: `whoever holds a token and can reach the port`."""
    own = frozenset(stem for part in parts_of(text) for stem in part.stems)
    return any(
        _is_condition(first)
        and second.lead == "and"
        and not second.marked
        and 2 * len(own & {*first.stems}) > len({*first.stems})
        and not own.issuperset(second.stems[:2])
        for first, second in pairwise(parts_of(sentence))
    )


def _is_condition(part: Part) -> bool:
    return part.lead in _CONDITIONS or fold(part.tokens[0]) in _WHOEVER


def _unquotes(text: str, sentences: Sequence[str]) -> bool:
    """Whether words that a source only quotes stand outside quotation marks."""
    parts = [part for sentence in sentences for part in quoted_parts(sentence)]
    quoted = {s for part in parts for s in content_stems(part)}
    told = {s for sentence in sentences for s in content_stems(_outside(sentence))}
    return bool(set(content_stems(_outside(text))) & (quoted - told))


def _outside(text: str) -> str:
    return QUOTED.sub(" ", text)


def _cuts_measure(text: str, source: str) -> bool:
    """Whether what something is compared with lost a word: `than demand from homes`.

    Or a share what it is of: `10% on the memory price`.
    """
    shares = {match[1] for match in _SHARE.finditer(fold(source)) if match[2]}
    if any(match[1] in shares and not match[2] for match in _SHARE.finditer(fold(text))):
        return True
    measures = {tuple(content_stems(m[1])) for m in _MEASURE.finditer(fold(source))}
    return any(tuple(content_stems(m[1])) not in measures for m in _MEASURE.finditer(fold(text)))


def _matched(kept: Sequence[str], found: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Return the first matches that spell `kept` in order."""
    rest = iter(found)
    return [m for word in kept if (m := next((f for f in rest if fold(f[0]) == word), None))]


_SAID = frozenset(
    "says said say adds added argues argued told warns warned thinks believes".split()
)
_RELATIVE_PRONOUNS = frozenset("which who whom whose where".split())
_CONDITIONS = frozenset("if when unless once".split())
_WHOEVER = frozenset("whoever anyone everyone anybody everybody".split())
_OPINION = re.compile(
    r"\b(?:I|[Ww]e) (?:think|believe|suspect|guess|doubt|hope|fear)\b|"
    r"\b[Ii]n (?:my|our) (?:view|opinion)\b"
)
_MEASURE = re.compile(
    r"\bthan (?!(?:doubled|tripled|trebled|quadrupled|halved)\b)((?:[^,;:.()—–]|[.,](?=\d))+)"
)
_LIMIT = re.compile(
    r"\b(?:in|at|on|for|of|under|with|among|by|to) (?:such|these|those) ([\w-]+(?: [\w-]+)?)"
)
_SHARE = re.compile(
    r"(\d[\d.,]*) ?(?:%|per ?cent)"
    r"( of | on (?!(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\d))?"
)
_MONTH_OF_YEAR = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December),? "
    r"(?:19|20)\d\d\b"
)
_BINDING = frozenset(
    """
    not no never may might could would will can should must likely reportedly allegedly
    down up out off away back
    about nearly almost approximately roughly up least most more less fewer under over
    only average
    what so-called
    say says said
    """.split()
)
