"""Who says so: what a source only reports must not become a fact, nor a fact somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from pipeline.analysis.clauses import finite_verb
from pipeline.analysis.stems import stem
from pipeline.brief.actors import STATING
from pipeline.brief.parts import RELATIVES, SUBORDINATORS, Part, heads_of, parts_of, trimmed
from pipeline.brief.subjects import SAYING, is_inverted
from pipeline.text import fold

KEPT = 0.5
"""Share of a statement's words with meaning from which a part of a claim makes it. Set by hand: a
restated clause keeps nearly all of them, one that is left out none but a name."""

MAX_BEHIND = 6
"""Tokens behind the verb of who says so, where the statement stands before it. Set by hand."""


def loses_source(claim: str, sentence: str) -> bool:
    """Return whether the claim states what the sentence only reports, and names nobody who says so.

    `Analysts said on Monday that rents will double` is no news that rents will double. Nothing is
    lost where the claim has the source as its subject (`Acme will close`, of `Acme said it will`),
    nor where an office tells what is so: `48 people died, the ministry reported`.
    """
    parts = parts_of(claim)
    if any(_names_source(part) for part in (*parts[:1], *parts[-1:])):
        return False  # who says so comes first or last, and says it all
    reported = [statement for _, statement in _reports(claim)]
    for source, statement in _reports(sentence):
        if not source or (source & _OFFICES and not _OPEN.search(statement.text)):
            continue
        holders = _holders(parts, statement)
        if any(
            not source & heads_of(holder.subject) and holder not in reported for holder in holders
        ):
            return True
    return False


def _names_source(part: Part) -> bool:
    said = {fold(token) for token in part.tokens}
    return part.lead == "according" or bool(said & (STATING | {"according"}))


def _holders(parts: Sequence[Part], statement: Part) -> list[Part]:
    """Return the parts of a claim that make a statement: each holds a good share of its words."""
    wanted = frozenset(statement.stems)
    return [part for part in parts if len(wanted & frozenset(part.stems)) >= KEPT * len(wanted) > 0]


_OFFICES = frozenset(
    map(
        stem,
        """
        ministry department office agency council commission board regulator authority government
        prefecture police court investigators report study survey paper authors
        company firm airline bank manufacturer notes guide card statement announcement
        """.split(),
    )
)
"""Heads of sources whose plain statements are what is known. Of a person's, a party's or a vendor's
a reader wants to know whose they are."""
_OPEN = re.compile(r"\b(?:may|might|could|would|should|must|likely|expect\w*|believ\w*|chance)\b")
"""What makes a statement somebody's opinion."""


def _reports(sentence: str) -> Iterator[tuple[frozenset[str], Part]]:
    """Yield the heads of each source that a sentence names, with the statement that is reported."""
    parts = parts_of(sentence)
    for index, part in enumerate(parts):
        before = parts[index - 1] if index else None
        later = list(dropwhile(_is_when, parts[index + 1 :]))  # said | on Monday | that rents rise
        behind = later[0] if later else None
        if part.lead == "according":
            statement = before or behind
            if statement is not None:
                yield heads_of(part.tokens[1:]), statement
            continue
        at = next((n for n, t in enumerate(part.tokens) if fold(t) in STATING), None)
        if at is None:
            continue
        source = heads_of(part.tokens[:at] if at else part.tokens[1:])
        if behind is not None and (behind.lead == "that" or _says_under(part, at, behind)):
            yield source, behind
            yield from ((source, part) for part in later[1:] if part.lead == "that")
        elif before is None or not part.marked or part.lead in RELATIVES:
            continue
        elif _ends_there(part, at) or is_inverted(part):
            yield source, _clause_before(parts, index)


def _clause_before(parts: Sequence[Part], index: int) -> Part:
    """Return the last part before that has a verb: `will call Flynn, once an adviser, he said`."""
    before = parts[:index]
    return next((part for part in reversed(before) if part.place is not None), before[-1])


def _says_under(part: Part, place: int, behind: Part) -> bool:
    """Whether a statement begins with its condition: `a source said if they won, they could`."""
    return behind.lead in SUBORDINATORS and not behind.marked and place == len(part.tokens) - 1


def _is_when(part: Part) -> bool:
    return part.place is None and not part.marked and part.lead == "that"


def _ends_there(part: Part, place: int) -> bool:
    """Whether little stands behind the verb: `he said on Friday`, `found in a study of schools`."""
    return len(trimmed(part.tokens[place + 1 :])) <= MAX_BEHIND


def reports_anew(claim: str, evidence: Sequence[str]) -> bool:
    """Return whether somebody says that something is so who in the evidence says something else.

    `“Go on,” she told voters, addressing a plan that has split the party` is no word of hers on it.
    """
    told = ((s, statement) for s in evidence for _, statement in _reports(s))
    if any(s[: part.start][-1:] not in ('"', "“") for s, part in told):
        return False  # `…, the ministry found`, which may become `the ministry found that …`
    says = {m["verb"] for m in _REPORT.finditer(fold(claim)) if _SAYS_THAT.match(m[0])}
    for verb in says:
        held = [m["behind"] for s in evidence for m in _REPORT.finditer(fold(s)) if m[1] == verb]
        if held and not any("that" in behind.split() or finite_verb(behind) for behind in held):
            return True
    return False


_SAYS_THAT = re.compile(r"(?:told|tells)\b.* that\b|\w+ (?:on \w+ |\w+ly )?that\b")
"""Somebody is told that, others say it at once: `finds traces that are older` is no saying."""
_REPORT = re.compile(
    rf"\b(?P<verb>{'|'.join(sorted(SAYING | STATING))})\b(?P<behind>[^,;:.()\"“”—–]*)"
)
"""A verb of saying, and what stands behind it up to the next mark."""
