"""Whether a pronoun, a name or an owner in a sentence means what it means in its evidence.

"A court ruled that Acme may not charge. It allowed fees." is not "Acme may not charge, and it
allowed fees". Without a parser, so that what may mean two things is taken to mean the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content
from pipeline.brief.evidence import Candidate, follows
from pipeline.brief.parts import (
    PREPOSITIONS,
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
BODIES = frozenset("company firm startup start-up group maker agency he she".split())
"""With these a pronoun's sentence says that it means a company or a person, and no product."""
_GENITIVE = re.compile(r"\w['’]s\b|\ws['’](?!\w)")
_OWNER = re.compile(r"\b([A-Z][\w-]*)['’](?:s\b|(?!\w))")


def misrefers(
    parts: Sequence[Part],
    bearers: Sequence[Candidate],
    index: int,
    evidence: Sequence[Candidate],
) -> bool:
    """Return whether a part of a claim refers to something else than its evidence does.

    `bearers` has for each part the evidence sentence that holds most of its words.
    """
    return (
        _new_pronouns(parts, bearers, index)
        or _mispointed(parts, bearers, index)
        or _new_owners(parts[index], bearers[index], evidence)
        or _misnamed(parts[index], evidence)
    )


def bearer_of(tokens: Sequence[str], evidence: Sequence[Candidate]) -> Candidate:
    """Return the sentence that holds most of these words, the first of several."""
    own = set(stems_of(tokens))
    return max(evidence, key=lambda c: len(own & set(stems_in(c))))


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


def _misnamed(part: Part, evidence: Sequence[Candidate]) -> bool:
    """Whether a name stands for a pronoun that may mean another."""
    if part.place is None or not is_named(part.subject):
        return False
    teller = bearer_of(part.tokens[part.place :], evidence)
    if heads_of(part.subject) & set(stems_in(teller)):
        return False
    told = told_subject_in(part, teller)
    return points(told) and not any(
        follows(teller, other) and _means(part.subject, told, other.sentence.text)
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
    return next((p.subject for p in parts_of(sentence) if any(map(tells, p.subject))), ())


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


def stems_in(candidate: Candidate) -> tuple[str, ...]:
    """Return the stems of the words with meaning of a sentence."""
    return stems_of(TOKEN.findall(candidate.sentence.text))


def tells(token: str) -> bool:
    """Return whether a word may be a subject: it has meaning, or is a pronoun."""
    return is_content(token) or fold(token) in PRONOUNS


def told_subject_in(part: Part, bearer: Candidate) -> tuple[str, ...]:
    """Return the subject of the part's verb in its sentence; nothing where it is not found."""
    assert part.place is not None
    verb = set(stems_of([part.tokens[part.place]]))
    told: tuple[str, ...] = ()
    for other in parts_of(bearer.sentence.text):
        if any(map(tells, other.subject)):
            told = other.subject
        if verb & set(other.stems):
            return told
    return ()


def is_named(tokens: Sequence[str]) -> bool:
    """Return whether a noun phrase holds a name."""
    return bool(names_in(f". {' '.join(tokens)}"))
