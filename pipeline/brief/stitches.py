"""Whether sentences were stitched together: what one is about made to do what another tells.

`The round values Acme at $2bn, and expects a profit` is made of two true sentences. `verify` asks
whether each part is borne out; here it is asked whether the parts belong together, and whether one
moved to where it says something else. Stricter than
the training pairs, whose sentences were chosen to fit: those of a real article often do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.brief.actors import STATING
from pipeline.brief.deletions import without_opening
from pipeline.brief.evidence import Candidate, follows
from pipeline.brief.parts import (
    CONJUNCTIONS,
    MARKS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    TOKEN,
    Part,
    heads_of,
    parts_of,
    points,
)
from pipeline.brief.references import (
    bearer_of,
    is_named,
    misrefers,
    stems_in,
    tells,
    told_subject_in,
)
from pipeline.text import fold, words

TURNS = frozenset("but which who whose whom".split())
ADDS = frozenset(["and", ";", "that", ""])
"""What may stand between clauses of different sentences: it says only that both are so."""
_POINTING = re.compile(r"\b(?:that|this|these|those|such) [a-z]+")


def stitched(claim: str, evidence: Sequence[Candidate]) -> bool:
    """Return whether the claim joins what does not belong together."""
    parts = parts_of(claim)
    bearers = [bearer_of(part.tokens, evidence) for part in parts]
    if _fronted(claim, evidence):
        return True
    return any(
        _turned(parts, bearers, index)
        or _foreign(parts, bearers, index)
        or _unlinked(parts, bearers, index)
        or _strayed(parts, bearers, index)
        or _detached(parts, bearers, index)
        or _points_at_gone(parts, bearers, index)
        or misrefers(parts, bearers, index, evidence)
        for index in range(len(parts))
    )


def _turned(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether one sentence's parts are joined by a word that it does not have: `but`, `which`.

    `That` may stand behind who says so, but for no colon: `they agree: the rules are to go`.
    """
    if not index or bearers[index] is not bearers[index - 1]:
        return False
    own = {fold(word) for word in words(parts[index].text)} | {parts[index].lead}
    held = set(map(fold, words(bearers[index].sentence.text)))
    if parts[index].lead == "that" and ": " in bearers[index].sentence.text:
        return not {fold(token) for token in parts[index - 1].tokens} & STATING
    return bool(own & TURNS - held)


def _foreign(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a part takes a subject of another sentence that its own sentence has not."""
    part, bearer = parts[index], bearers[index]
    if not index or part.place is None or any(map(tells, part.subject)):
        return False
    giver = _giver(parts, index)
    if giver is None or bearers[giver] is bearer:
        return False
    subject = parts[giver].subject
    heads = heads_of(subject)
    if part.lead in RELATIVES:
        subject, heads = parts[giver].tokens, frozenset(parts[giver].stems[-1:])
    told = told_subject_in(part, bearer)
    if heads & heads_of(told):
        return False
    return not (points(told) and is_named(subject) and follows(bearer, bearers[giver]))


def _unlinked(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a clause of another sentence follows on a word that is no mere `and`.

    `The region did not come back, as traffic reached 14 times its usual level` gives a cause that
    the sources do not give. Who says so is seen to by `verify`.
    """
    part = parts[index]
    if not index or part.place is None or not any(map(tells, part.subject)):
        return False
    if bearers[index] is bearers[index - 1] or part.lead in ADDS:
        return False
    if part.lead == ",":
        return _spliced(parts, index)
    return part.lead not in set(map(fold, TOKEN.findall(bearers[index].sentence.text)))


def _spliced(parts: Sequence[Part], index: int) -> bool:
    """Whether only a comma stands between two clauses, and it is no list of them.

    Behind a circumstance or a subordinate clause it may; so may a phrase, and who says so.
    """
    part = parts[index]
    if parts[index - 1].place is None or {fold(t) for t in part.tokens} & STATING:
        return False
    if any(later.lead in CONJUNCTIONS for later in parts[index + 1 :]):
        return False
    openings = {fold(token) for opened in (parts[0], part) for token in opened.tokens[:1]}
    return not (openings | {parts[0].lead}) & (SUBORDINATORS | PREPOSITIONS)


def _strayed(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a circumstance stands by a clause of another sentence: `since 2.3.0`."""
    if not index or parts[index].place is not None:
        return False
    own = set(parts[index].stems)
    near = [bearers[n] for n in (index - 1, index + 1) if 0 <= n < len(parts)]
    return not any(own <= set(stems_in(c)) for c in near)


def _fronted(claim: str, evidence: Sequence[Candidate]) -> bool:
    """Whether the claim begins with a circumstance that its sentence has at another place.

    There it may belong to a noun, or to the verb of another clause: `By May, the money will buy a
    line`, of `a line which Acme wants by May`; `From Toast, she wore a skirt`. Of 16
    sentences written of news articles with such a beginning six were false (read once), and none
    told more than the source's own order.
    """
    opening = [fold(word) for word in words(claim)[:2]]
    leads = {*opening[:1]} & ((PREPOSITIONS | SUBORDINATORS) - {"according"})
    if not leads or "," not in claim:
        return False
    return not any(
        opening == [fold(word) for word in words(text)[:2]]
        for candidate in evidence
        for text in (candidate.sentence.text, without_opening(candidate.sentence.text))
    )


def _detached(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a participle stands behind a comma that is no such phrase in its sentence.

    `Understanding the crash was hard, but records helped` became `records helped, understanding
    the crash`.
    """
    part = parts[index]
    if not index or part.lead != "," or not re.match(r"[a-z]+ing\b", part.text):
        return False
    start = bearers[index].sentence.text.find(part.tokens[0])
    return start < 0 or bearers[index].sentence.text[:start].rstrip()[-1:] not in MARKS


def _points_at_gone(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether `that figure` stands for something of its own sentence that the claim leaves out."""
    told = bearers[index].sentence.text
    says = bool({fold(token) for token in parts[index - 1].tokens} & STATING)
    lead = "" if says else parts[index].lead  # behind a verb of saying `that` opens a clause
    pointing = _POINTING.search(f"{lead} {parts[index].text}")
    if not index or pointing is None or bearers[index] is bearers[index - 1]:
        return False
    before = parts_of(told[: max(0, told.find(pointing[0]))])
    own = {stem for part in parts for stem in part.stems}
    return any(
        part.place is not None and 2 * len(own & {*part.stems}) < len({*part.stems})
        for part in before
    )


def _giver(parts: Sequence[Part], index: int) -> int | None:
    """Return the part that lends its subject, a relative that of the words before it."""
    if parts[index].lead in RELATIVES:
        return index - 1
    return next((i for i in range(index - 1, -1, -1) if any(map(tells, parts[i].subject))), None)
