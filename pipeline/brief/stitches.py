"""Whether sentences were stitched together: what one is about made to do what another tells.

`The round values Acme at $2bn, and expects a profit` is made of two true sentences. `verify` asks
whether each part is borne out; here it is asked whether the parts belong together. Stricter than
the training pairs, whose sentences were chosen to fit: those of a real article often do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content
from pipeline.brief.evidence import Candidate
from pipeline.brief.parts import RELATIVES, Part, heads_of, parts_of, points, stems_of
from pipeline.text import fold, words

PRONOUNS = frozenset("it they them he him she this these those".split())
OWNERS = frozenset("its their his her".split())
TURNS = frozenset("but which who whose whom".split())
_GENITIVE = re.compile(r"\w['’]s\b|\ws['’](?!\w)")


def stitched(claim: str, evidence: Sequence[Candidate]) -> bool:
    """Return whether the claim joins what does not belong together."""
    parts = parts_of(claim)
    bearers = [_bearer(part, evidence) for part in parts]
    return any(
        _new_pronouns(parts, bearers, index)
        or _turned(parts, bearers, index)
        or _foreign(parts, bearers, index)
        or _unlinked(parts, bearers, index)
        or _strayed(parts, bearers, index)
        for index in range(len(parts))
    )


def _bearer(part: Part, evidence: Sequence[Candidate]) -> Candidate:
    """Return the sentence that holds most of a part's words, the first of several."""
    own = set(part.stems)
    return max(evidence, key=lambda c: len(own & set(stems_of(words(c.sentence.text)))))


def _new_pronouns(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a pronoun is new, so that nothing shows what it stands for.

    It may stand for a subject that the same sentence does not repeat (`and they are likely to`), or
    for an owner whom its sentence names (`its revenue` of `Acme's revenue`).
    """
    part, text = parts[index], bearers[index].sentence.text
    if index and bearers[index] is bearers[index - 1] and len(part.subject) == 1:
        return False
    new = {_plain(token) for token in part.tokens} - set(map(_plain, words(text)))
    return bool(new & PRONOUNS) or (bool(new & OWNERS) and not _GENITIVE.search(text))


def _plain(word: str) -> str:
    """Return a word without what is contracted with it: `it` of `it's`."""
    return re.split(r"['’]", fold(word))[0]


def _turned(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether one sentence's parts are joined by a word that it does not have: `but`, `which`."""
    own = {fold(word) for word in words(parts[index].text)} | {parts[index].lead}
    return (
        index > 0
        and bearers[index] is bearers[index - 1]
        and bool(own & TURNS - set(map(fold, words(bearers[index].sentence.text))))
    )


def _foreign(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a part takes a subject of another sentence that its own sentence has not."""
    part, bearer = parts[index], bearers[index]
    if not index or part.place is None or any(map(_tells, part.subject)):
        return False
    giver = _giver(parts, index)
    if giver is None or bearers[giver] is bearer:
        return False
    subject = parts[giver].subject
    heads = heads_of(subject)
    if part.lead in RELATIVES:
        subject, heads = parts[giver].tokens, frozenset(parts[giver].stems[-1:])
    told = _told_subject(part, bearer)
    if heads & heads_of(told):
        return False
    return not (points(told) and _named(subject) and _follows(bearer, bearers[giver]))


def _unlinked(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a clause of another sentence is about something that the claim has not mentioned.

    `The region did not come back, and traffic to the store reached 14 times its usual level` tells
    two facts; they are better told one by one.
    """
    part = parts[index]
    if not index or part.place is None or not any(map(_tells, part.subject)):
        return False
    if any(bearers[other] is bearers[index] for other in range(index)):
        return False
    before = {stem for other in parts[:index] for stem in other.stems}
    owned = any(fold(token) in OWNERS for token in part.subject)
    return not owned and not before & set(stems_of(part.subject))


def _strayed(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a circumstance stands by a clause of another sentence: `since 2.3.0`."""
    if not index or parts[index].place is not None:
        return False
    own = set(parts[index].stems)
    near = [bearers[n] for n in (index - 1, index + 1) if 0 <= n < len(parts)]
    return not any(own <= set(stems_of(words(c.sentence.text))) for c in near)


def _tells(token: str) -> bool:
    return is_content(token) or fold(token) in PRONOUNS


def _giver(parts: Sequence[Part], index: int) -> int | None:
    """Return the part that lends its subject, a relative that of the words before it."""
    if parts[index].lead in RELATIVES:
        return index - 1
    return next((i for i in range(index - 1, -1, -1) if any(map(_tells, parts[i].subject))), None)


def _told_subject(part: Part, bearer: Candidate) -> tuple[str, ...]:
    """Return the subject of the part's verb in its sentence; nothing where it is not found."""
    assert part.place is not None
    verb = set(stems_of([part.tokens[part.place]]))
    told: tuple[str, ...] = ()
    for other in parts_of(bearer.sentence.text):
        if any(map(_tells, other.subject)):
            told = other.subject
        if verb & set(other.stems):
            return told
    return ()


def _named(tokens: Sequence[str]) -> bool:
    return bool(names_in(f". {' '.join(tokens)}"))


def _follows(later: Candidate, earlier: Candidate) -> bool:
    """Whether a sentence stands right behind another one, so that its pronoun points there."""
    return (later.article_id, later.sentence.index) == (
        earlier.article_id,
        earlier.sentence.index + 1,
    )
