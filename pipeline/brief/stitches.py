"""Whether sentences were stitched together: what one is about made to do what another tells.

`The round values Acme at $2bn, and expects a profit` is made of two true sentences. `verify` asks
whether each part is borne out; here it is asked whether the parts belong together. Stricter than
the training pairs, whose sentences were chosen to fit: those of a real article often do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.brief.actors import STATING
from pipeline.brief.evidence import Candidate, follows
from pipeline.brief.parts import (
    CONJUNCTIONS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    TOKEN,
    Part,
    heads_of,
    parts_of,
    points,
    stems_of,
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


def stitched(claim: str, evidence: Sequence[Candidate]) -> bool:
    """Return whether the claim joins what does not belong together."""
    parts = parts_of(claim)
    bearers = [bearer_of(part.tokens, evidence) for part in parts]
    return any(
        _turned(parts, bearers, index)
        or _foreign(parts, bearers, index)
        or _unlinked(parts, bearers, index)
        or _strayed(parts, bearers, index)
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
    if parts[index].lead == "that" and ":" in bearers[index].sentence.text:
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
    if parts[index].place is not None:
        return False
    own = set(parts[index].stems)
    if not index:
        return _fronted_from_elsewhere(parts, bearers)
    near = [bearers[n] for n in (index - 1, index + 1) if 0 <= n < len(parts)]
    return not any(own <= set(stems_in(c)) for c in near)


def _fronted_from_elsewhere(parts: Sequence[Part], bearers: Sequence[Candidate]) -> bool:
    """Whether a circumstance in front stood by another verb: `by May`, of `which it wants by May`.

    That is so where its words stand in a relative clause that has not the claim's verb.
    """
    following = next((part for part in parts if part.place is not None), None)
    if following is None or following.place is None or parts[0].lead == "according":
        return False
    verb = set(stems_of([following.tokens[following.place]]))
    own = set(parts[0].stems)
    holders = [part for part in parts_of(bearers[0].sentence.text) if own <= set(part.stems)]
    return bool(holders) and all(
        part.lead in RELATIVES and part.place is not None and not verb <= set(part.stems)
        for part in holders
    )


def _giver(parts: Sequence[Part], index: int) -> int | None:
    """Return the part that lends its subject, a relative that of the words before it."""
    if parts[index].lead in RELATIVES:
        return index - 1
    return next((i for i in range(index - 1, -1, -1) if any(map(tells, parts[i].subject))), None)
