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
from pipeline.brief.actors import STATING
from pipeline.brief.evidence import Candidate
from pipeline.brief.parts import (
    PREPOSITIONS,
    RELATIVES,
    TOKEN,
    Part,
    heads_of,
    parts_of,
    points,
    stems_of,
)
from pipeline.text import fold, words

PRONOUNS = frozenset("it they them he him she this these those".split())
OWNERS = frozenset("its their his her".split())
TURNS = frozenset("but which who whose whom".split())
ADDS = frozenset(["and", ";", "that", ""])
"""What may stand between clauses of different sentences: it says only that both are so."""
BODIES = frozenset("company firm startup start-up group maker agency he she".split())
"""With these a pronoun's sentence says that it means a company or a person, and no product."""
_GENITIVE = re.compile(r"\w['’]s\b|\ws['’](?!\w)")
_OWNER = re.compile(r"\b([A-Z][\w-]*)['’](?:s\b|(?!\w))")


def stitched(claim: str, evidence: Sequence[Candidate]) -> bool:
    """Return whether the claim joins what does not belong together."""
    parts = parts_of(claim)
    bearers = [_bearer(part.tokens, evidence) for part in parts]
    return any(
        _new_pronouns(parts, bearers, index)
        or _turned(parts, bearers, index)
        or _foreign(parts, bearers, index)
        or _unlinked(parts, bearers, index)
        or _strayed(parts, bearers, index)
        or _mispointed(parts, bearers, index)
        or _new_owners(parts[index], bearers[index], evidence)
        or _misnamed(parts[index], evidence)
        for index in range(len(parts))
    )


def _bearer(tokens: Sequence[str], evidence: Sequence[Candidate]) -> Candidate:
    """Return the sentence that holds most of these words, the first of several."""
    own = set(stems_of(tokens))
    return max(evidence, key=lambda c: len(own & set(_stems(c))))


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
    """Whether a clause of another sentence follows on a word that is no mere `and`.

    `The region did not come back, as traffic reached 14 times its usual level` gives a cause that
    the sources do not give. Who says so is seen to by `verify`.
    """
    part = parts[index]
    if not index or part.place is None or not any(map(_tells, part.subject)):
        return False
    if bearers[index] is bearers[index - 1] or part.lead in ADDS:
        return False
    if part.lead == "," and parts[index - 1].place is None:  # behind a circumstance
        return False
    return part.lead not in set(map(fold, TOKEN.findall(bearers[index].sentence.text)))


def _mispointed(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a clause's pronoun now stands for something else.

    `A court ruled that Acme may not charge. It allowed fees.` became `Acme may not charge, and it
    allowed fees`: the claim must be about what the sentence before the pronoun's is about.
    """
    part = parts[index]
    alone = [fold(token) for token in part.subject]
    if not index or part.place is None or len(alone) != 1 or alone[0] not in PRONOUNS:
        return False
    before = bearers[index - 1]
    if before is bearers[index]:
        return False
    return not heads_of(parts[0].subject) & heads_of(_about(before.sentence.text))


def _new_owners(part: Part, bearer: Candidate, evidence: Sequence[Candidate]) -> bool:
    """Whether a part gives its sentence's thing to a name that the sources do not give it to.

    `Larkhall joined the round` does not make it `Larkhall's round`. What `its` or `the model of
    Larkhall` tells of may be `Larkhall's model`.
    """
    if any(fold(token) in OWNERS for token in words(bearer.sentence.text)):
        return False
    told = " ".join(fold(candidate.sentence.text) for candidate in evidence)
    owners = (re.escape(fold(match[1])) for match in _OWNER.finditer(part.text))
    return any(
        not re.search(rf"\b{owner}['’]|\b(?:of|by|from|at|in|for|with)\b[^,;]*\b{owner}\b", told)
        for owner in owners
    )


def _strayed(parts: Sequence[Part], bearers: Sequence[Candidate], index: int) -> bool:
    """Whether a circumstance stands by a clause of another sentence: `since 2.3.0`."""
    if parts[index].place is not None:
        return False
    own = set(parts[index].stems)
    if not index:
        return _fronted_from_elsewhere(parts, bearers)
    near = [bearers[n] for n in (index - 1, index + 1) if 0 <= n < len(parts)]
    return not any(own <= set(_stems(c)) for c in near)


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


def _misnamed(part: Part, evidence: Sequence[Candidate]) -> bool:
    """Whether a name stands for a pronoun that may mean another."""
    if part.place is None or not _named(part.subject):
        return False
    teller = _bearer(part.tokens[part.place :], evidence)
    if heads_of(part.subject) & set(_stems(teller)):
        return False
    told = _told_subject(part, teller)
    return points(told) and not any(
        _follows(teller, other) and _means(part.subject, told, other.sentence.text)
        for other in evidence
    )


def _means(name: Sequence[str], pronoun: Sequence[str], before: str) -> bool:
    """Whether a pronoun can only mean this name of the sentence before it.

    It means what that sentence is about if that tells of no other name, those behind a preposition
    aside, or if it is a company or a person: `Corvane opened a plant in Turku. It makes ...`,
    `Corvane bought Hallin. The company ...`. Else it means its only name.
    """
    heads, about = heads_of(name), _about(before)
    names = _told_of(before)
    if heads & heads_of(about):
        own = set(stems_of(about))
        others = [other for other in names if own.isdisjoint(stems_of(words(other)))]
        return not others or any(_is_body(token) for token in pronoun)
    return len(names) == 1 and bool(heads & heads_of(words(names[0])))


def _about(sentence: str) -> tuple[str, ...]:
    """Return the first subject of a sentence."""
    return next((p.subject for p in parts_of(sentence) if any(map(_tells, p.subject))), ())


def _is_body(token: str) -> bool:
    return fold(token) in BODIES or token.endswith("-year-old")


def _told_of(text: str) -> list[str]:
    """Return the names of a sentence that no preposition leads in, each once."""
    found: dict[str, str] = {}
    for name in names_in(text):
        ahead = [w for w in map(fold, words(text[: name.start])) if w not in ("the", "a", "an")]
        if not ahead or ahead[-1] not in PREPOSITIONS:
            found.setdefault(name.key, name.text)
    return list(found.values())


def _stems(candidate: Candidate) -> tuple[str, ...]:
    return stems_of(TOKEN.findall(candidate.sentence.text))


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
