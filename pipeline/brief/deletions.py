"""Which parts of a sentence can go and leave a sentence that says the same with less.

Each pattern errs towards keeping: a part that limits the statement, says who makes it, or may be a
member of a list stays. The patterns were read word for word on 1,800 sentences of the sample week,
the seeds, news articles and a project's blog; tests/brief/test_condense.py keeps what was learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from pipeline.analysis.clauses import (
    attributes,
    doubts,
    has_finite_verb,
    has_main_clause,
    has_modal,
    starts_with_verb,
    states_condition,
)
from pipeline.analysis.names import names_in
from pipeline.analysis.quality import starts_with_connective
from pipeline.analysis.surface import IMPERATIVES
from pipeline.analysis.values import values_in
from pipeline.text import fold, words

MAX_LENGTH = 1_000
"""Code points: a longer sentence is left alone, as the patterns below look ahead from each comma.
Such sentences are lists or lost line breaks (the longest of 4,560 in 51 news articles has 418)."""


class Cut(IntEnum):
    """Kinds of deletion, the safest first."""

    CONNECTIVE = 0
    LABEL = 1
    PARENTHESIS = 2
    TRAILING_PARTICIPLE = 3
    TRAILING_RELATIVE = 4
    TRAILING_CLAUSE = 5
    APPOSITIVE = 6
    RELATIVE = 7
    FILLER = 8
    CIRCUMSTANCE = 9


@dataclass(frozen=True)
class Deletion:
    """Code points `start` to `end` of the sentence may go."""

    start: int
    end: int
    cut: Cut


_QUOTATION = re.compile(
    r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)[‘'](?=[^\s\d])[^’']*(?:(?<=\w)[’'](?=\w)[^’']*)*(?:[’']|$)"
)
_LABEL = re.compile(r"[A-Z][\w’'\-/]*(?: [\w’'\-/&]+){1,5}:\s+(?=[A-Z])")
_DATELINE = re.compile(
    r"[A-Z][A-Z.’'\- ]{2,30}(?:,\s[A-Z][\w.]+(?:\s\d{1,2})?)*\s(?:\([^)]{2,30}\)\s)?[—–-]+\s"
    r"(?=[A-Z“\"])"
)
_AGENCY = re.compile(
    r"(?:[A-Z][\w.’' ]{2,30}(?:, [A-Z][\w.]+)? )?"
    r"\((?:CNN|AP|AFP|Reuters|Bloomberg|UPI|dpa|PA|ANSA|Xinhua)\)\s*(?:[—–-]+\s*)?(?=[A-Z“\"])"
)
_PARENTHESIS = re.compile(r"\s+\([^()]{1,120}\)(?=[\s,.;:!?’”\"]|$)|\s*\[\d{1,3}\]")
_FORMULA = re.compile(r"[<>=≤≥±×]|\(\S*[:_/#]\S*\)|\b(?:e\.g|i\.e)\. *\(")
_DASHED = re.compile(r"\s*—\s*[^—–]{3,140}?\s*—\s*(?=\w)|\s–\s[^—–]{3,140}?\s–\s(?=\w)")
_FILLERS = re.compile(
    r"\b(?:also|officially|significantly|currently|recently|really|actually|very|simply|notably|"
    r"quickly|rapidly|specifically|ultimately|truly|particularly|especially|clearly|obviously|"
    r"in turn|(?<!might )(?<!may )as well(?! as)|of course|in fact|today)\s+(?=[a-z])"
    r"(?!(?:and|or|but|as|than|enough|if|when|where|since|because|for|in|at|with)\b)"
)
_HOLDS_FILLER = re.compile(
    # "an increasingly complex" would become "an complex", "not very fast" "not fast"
    r"(?:\ban?|,|\s[-–—]|\b(?:as|so|how|too|more|most|less|least|not|never|no|hardly|barely|only|and|or)|"
    r"n['’]t)\s?$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[,;]|\s[—–])\s+(?P<word>(?:(?:potentially|thus|thereby|further|possibly|partly|effectively|"
    r"ultimately|also)\s+)?[a-z]+ing\b|which\b|who\b|whose\b|where\b|while\b|whereas\b|"
    r"as\b|with\b|a move\b|a step\b|because\b|so that\b|since\b|given\b|amid\b|even as\b|and\b|"
    r"so\b|up from\b|down from\b|compared with\b|thanks to\b|due to\b|such as\b|"
    r"an? [a-z-]+\b|the (?:first|latest|largest|biggest|most)\b)"
)
_INSERTED = r",\s+(?=(?:{})\s)(?P<inside>[^,;:]{{4,110}}),\s(?P<after>.*)"
_APPOSITIVE = re.compile(_INSERTED.format("the|an?|its|one of|formerly|part of|maker of"))
_RELATIVE = re.compile(
    _INSERTED.format(
        "which|who|whose|where|(?!called|named|dubbed|titled|compared)[a-z]{3,}ed|held|taken|made|built|sold|led|due|given|written"
    )
)
"""Relative clauses, also those that keep only the participle: `the deal, announced on Friday,`."""
_GOES_ON = re.compile(
    r"(?:in|on|at|to|for|from|by|after|before|with|during|over|under|across|near|through|until)\s"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_CIRCUMSTANCE = re.compile(
    r"(?:(?P<means>(?:By|Through) [a-z]+ing|To [a-z]+|(?!During)[A-Z][a-z]+ing)|"
    r"Through (?:this|the|its|a)|As (?:an?|part of|expected|planned)|Following|Despite|Although|"
    r"Though|Beyond|Alongside|Amid|Thanks to|Like|Unlike|For (?:context|simplicity|reference)|"
    rf"On {_WEEKDAY}|On {_MONTH} \d|On \d{{1,2}} {_MONTH}|"
    r"In (?:an?|the|his|her|its|their) (?:[\w-]+ ){0,3}?(?:statement|post|blog post|interview|"
    r"filing|letter|memo|press release|speech|e-?mail|pivot|move|announcement|conclusion)|"
    r"In (?:my|our|his|her) (?:view|opinion)|In (?:recent|the coming|the past) [a-z]+)\b"
    r"(?P<body>(?:[^,;:“”\"]|(?<=\d),(?= ?\d))*),\s+(?=\S)"
)
_CONTRASTS = frozenset({"while", "whereas"})
_NOT_PARTICIPLES = frozenset(
    "including excluding according pending during concerning regarding nothing something anything "
    "everything spring king string".split()
)
_INDEPENDENT = re.compile(
    r"(?:it|they|he|she|we|the|this|that|these|its|their|an?)\b", re.IGNORECASE
)
_COMPARES = re.compile(
    r"\b(?:more|less|fewer|higher|lower|faster|slower|better|worse|larger|smaller|cheaper|longer|"
    r"shorter|times|twice|half)\b"
)
_WH_LIST = re.compile(r"\b(?:and|or)\s(?:that|who|what|where|when|how|why|which|whose|whether)\b")
_CONJUNCTION = re.compile(
    r"\s(?:and|but|or|while|whereas|so|though|although|that|as|because|since|if|when)\b|[”\"’']"
)
_OPENER = re.compile(
    r"(?:In|On|At|By|For|With|After|Before|During|Since|While|When|If|As|Although|Though|Despite|"
    r"Following|From|Under|Over|Of|To|Late|Early|Last|Earlier|Later|[A-Z][a-z]+(?:ing|ly|ed))\b[^,]*$"
)
OPEN_END = re.compile(
    r"\b(?:of|to|in|on|at|by|for|with|from|and|or|but|the|a|an|that|which|as|than|into|over|its|"
    r"their|is|are|was|were|be|has|have|had|will|would|can|could|may|might|not|said|says|if|"
    r"because|while|when|where|who|whose|between|both|either|such|like|about|under)$",
    re.IGNORECASE,
)


def deletions(sentence: str) -> list[Deletion]:
    """Return the parts that `sentence` can lose, the safest first."""
    if len(sentence) > MAX_LENGTH:
        return []
    protected = [m.span() for m in _QUOTATION.finditer(sentence)]

    def free(start: int, end: int) -> bool:
        return not any(start < stop and end > begin for begin, stop in protected)

    found = [d for d in _candidates(sentence) if d.start < d.end and free(d.start, d.end)]
    return sorted(found, key=lambda d: (d.cut, d.start))


def _candidates(sentence: str) -> Iterator[Deletion]:
    yield from _openings(sentence)
    yield from _insertions(sentence)
    end = len(sentence.rstrip(".!?…”\"’' "))
    for match in _TRAILING.finditer(sentence):
        tail = sentence[match.start() + 1 : end].strip()
        # a contrast (", while rivals reportedly …") has doubts of its own
        limits = states_condition(tail) or (match["word"] not in _CONTRASTS and doubts(tail))
        if not limits and (cut := _trailing_kind(sentence, match, tail)):
            yield Deletion(match.start(), end, cut)
    for match in _FILLERS.finditer(sentence):
        if not _HOLDS_FILLER.search(sentence, 0, match.start()):
            yield Deletion(match.start(), match.end(), Cut.FILLER)


def _openings(sentence: str) -> Iterator[Deletion]:
    """What may go at the beginning: connective, dateline, label, circumstance."""
    connective = starts_with_connective(sentence)
    if connective and not states_condition(sentence[:connective]):  # "Otherwise"
        yield Deletion(0, connective, Cut.CONNECTIVE)
    if head := _head(sentence):
        yield Deletion(0, head, Cut.LABEL)
    if (match := _LABEL.match(sentence)) and _is_label(match[0], sentence[match.end() :]):
        yield Deletion(0, match.end(), Cut.LABEL)
    if match := _CIRCUMSTANCE.match(sentence, connective):
        after = re.split(r"[,;:—–]", sentence[match.end() :], maxsplit=1)[0]
        if _is_circumstance(match, after):
            yield Deletion(match.start(), match.end(), Cut.CIRCUMSTANCE)


def without_opening(sentence: str) -> str:
    """Return a sentence without its dateline and leading connective."""
    return sentence[max(_head(sentence), starts_with_connective(sentence)) :]


def _head(sentence: str) -> int:
    """Return the length of a dateline with the connective behind it, 0 if there is none."""
    match = _DATELINE.match(sentence) or _AGENCY.match(sentence)
    return match.end() + starts_with_connective(sentence[match.end() :]) if match else 0


def _is_label(label: str, after: str) -> bool:
    """`Cost Advantage:` before a whole sentence; not `He added:`, not an entry of a glossary."""
    first, *others = words(label)
    says = has_finite_verb(" ".join(others)) or first.lower() in IMPERATIVES or "'" in fold(first)
    # "While it runs, writes wait." "Acme, a lab that rents boards, will move."
    clauses = (after, after.partition(", ")[2], re.sub(r",[^,]*,", "", after, count=1))
    return not says and any(has_main_clause(clause) for clause in clauses)


def _is_circumstance(match: re.Match[str], after: str) -> bool:
    """Whether the part before the first comma is no condition, and a clause follows it."""
    body, means = match["body"], match["means"]
    if re.match(r"(?:and|or|but)\b", after) or not has_main_clause(after):
        return False
    opening = match[0].lower()  # "According to", "Depending on"
    if states_condition(opening) or doubts(body) or attributes(opening) or values_in(body):
        return False
    if means and (has_finite_verb(f"{means} {body}") or has_modal(after)):
        return False  # "Serving them may need less," is a subject; "To use it, you must" limits
    return not (match[0].startswith("As ") and has_finite_verb(body))


def _insertions(sentence: str) -> Iterator[Deletion]:
    """What may go in the middle: parentheses without values, appositives, relative clauses."""
    ends = {value.end for value in values_in(sentence)}
    for match in _PARENTHESIS.finditer(sentence):
        reference = match[0].endswith("]")
        qualifies = match.start() in ends or OPEN_END.search(sentence[: match.start()].rstrip("."))
        if reference or not (qualifies or values_in(match[0]) or _FORMULA.search(match[0])):
            yield from _if_free(match[0], match.start(), match.end(), Cut.PARENTHESIS)
    for match in _DASHED.finditer(sentence):
        if not values_in(match[0]) and not attributes(match[0]):
            stop = match.end() - match[0].endswith(" ")  # one space stays
            yield from _if_free(match[0], match.start(), stop, Cut.PARENTHESIS)
    for pattern, cut in ((_APPOSITIVE, Cut.APPOSITIVE), (_RELATIVE, Cut.RELATIVE)):
        for match in pattern.finditer(sentence):
            if _is_insertion(sentence, match, cut):
                # "Smith, 25, who runs it, said": the second comma closes what the first opened
                closing = not _is_inserted(sentence[: match.start()], openers=True)
                stop = match.end("inside") + closing
                yield from _if_free(match["inside"], match.start(), stop, cut)


def _is_insertion(sentence: str, match: re.Match[str], cut: Cut) -> bool:
    """Whether both commas belong to the part between them, and the statement goes on after it."""
    inside, after = match["inside"], match["after"]
    if OPEN_END.search(inside) or not (starts_with_verb(after) or _GOES_ON.match(after)):
        return False
    if cut is Cut.RELATIVE:
        return True
    return _follows_name(sentence, match.start()) and not attributes(inside)


def _if_free(part: str, start: int, end: int, cut: Cut) -> Iterator[Deletion]:
    if not states_condition(part) and not doubts(part):
        yield Deletion(start, end, cut)


def _trailing_kind(sentence: str, match: re.Match[str], tail: str) -> Cut | None:
    """Return how the part from `match` to the end may go, None where it may not."""
    word = match["word"].split()[-1]
    head, rest = sentence[: match.start()], sentence[match.end() :]
    if not has_finite_verb(head) or _is_inserted(head) or _is_inside(rest) or _WH_LIST.search(rest):
        return None
    if word in {"which", "who", "whose", "where"}:
        return Cut.TRAILING_RELATIVE
    if word in {"and", "so"}:
        clause = tail.partition(" ")[2]
        free = _INDEPENDENT.match(clause) and has_main_clause(clause) and "," not in rest
        return Cut.TRAILING_CLAUSE if free and "," not in head[-40:] else None
    if word.endswith("ing") and word not in _NOT_PARTICIPLES:
        return None if _lists_gerunds(head, rest) else Cut.TRAILING_PARTICIPLE
    if word in _NOT_PARTICIPLES or attributes(tail):
        return None  # an attribution belongs to the statement
    if match["word"].startswith(("a ", "an ", "the ")):
        listed = "," in rest or has_main_clause(tail)
        return None if listed else Cut.TRAILING_RELATIVE  # ", a lab founded in 2024"
    if word == "as":
        compares = re.search(r"\b(?:so|such|as|same)\b[^,]*$", head)
        return Cut.TRAILING_CLAUSE if has_finite_verb(tail) and not compares else None
    if match["word"] == "compared with" and _COMPARES.search(head):
        return None
    return Cut.TRAILING_CLAUSE


def _is_inserted(head: str, *, openers: bool = False) -> bool:
    """True when the last comma of `head` opened something that is not a clause of its own.

    `treats a rack, not a node, | as the unit`: cutting there would keep half a phrase. With
    `openers` the comma before a conjunction or after a circumstance (`In May, Acme | `) is none.
    """
    before, comma, last = re.sub(r"\d, ?\d", "00", head).rpartition(",")
    if openers and (_OPENER.match(before[_head(before) :]) or _CONJUNCTION.match(last)):
        return False
    return bool(comma) and not has_finite_verb(last)


def _is_inside(rest: str) -> bool:
    """True when the statement goes on after a comma: `Acme, which sells maps, says it …`."""
    parts = [part.strip() for part in rest.split(",")[1:]]
    return any(starts_with_verb(part) or attributes(part) for part in parts)


def _lists_gerunds(head: str, rest: str) -> bool:
    """True of `for making chips, | training models and selling …`, a list and no closing clause."""
    if re.search(r",\s*(?:and|or)\b", rest):
        return True
    return bool(
        re.search(r"\b(?:and|or)\s+\w+ing\b", rest) and re.search(r"\w{2}ing\b[^,]*$", head)
    )


def _follows_name(sentence: str, position: int) -> bool:
    return any(name.end == position for name in names_in(sentence))
