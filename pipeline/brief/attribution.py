"""Who says so: what a source only reports must not become a fact, nor a fact somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from pipeline.analysis.clauses import finite_verb
from pipeline.analysis.stems import stem
from pipeline.brief.actors import STATING
from pipeline.brief.parts import Part, heads_of, parts_of, stems_of, trimmed
from pipeline.brief.subjects import SAYING, is_inverted
from pipeline.text import fold

KEPT = 0.5
"""Share of a statement's words with meaning from which a claim makes it. Set by hand: a restated
clause keeps nearly all of them, one that is left out none but a name."""


def loses_source(claim: str, sentence: str) -> bool:
    """Return whether the claim states what the sentence only reports, and names nobody who says so.

    `Analysts said on Monday that rents will double` is no news that rents will double. Nothing is
    lost where the claim has the source as its subject (`Acme will close`, of `Acme said it will`),
    nor where an office tells what is so: `48 people died, the ministry reported`.
    """
    own = frozenset(one for part in parts_of(claim) for one in part.stems)
    tokens = {fold(token) for part in parts_of(claim) for token in part.tokens}
    leads = {part.lead for part in parts_of(claim)}
    if tokens & STATING or "according" in leads | tokens:
        return False
    return any(
        source
        and not source & own
        and not (source & _OFFICES and not _OPEN.search(statement.text))
        and _is_kept(statement, own)
        for source, statement in _reports(sentence)
    )


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
        later = dropwhile(_is_when, parts[index + 1 :])  # said | on Monday | that rents will
        behind = next(later, None)
        if part.lead == "according":
            statement = before or behind
            if statement is not None:
                yield heads_of(part.tokens[1:]), statement
            continue
        at = next((n for n, t in enumerate(part.tokens) if fold(t) in STATING), None)
        if at is None:
            continue
        source = heads_of(part.tokens[:at]) or heads_of(part.tokens[at + 1 :])
        if behind is not None and behind.lead == "that":
            yield source, behind
        elif before is not None and part.marked and (_ends_there(part, at) or is_inverted(part)):
            yield source, before


def _is_when(part: Part) -> bool:
    return part.place is None and not part.marked and part.lead == "that"


def _ends_there(part: Part, place: int) -> bool:
    """Whether nothing but a time stands behind the verb: `he said on Friday`."""
    return all(token[:1].isupper() or not token.isalpha() or len(token) < 3
               for token in trimmed(part.tokens[place + 1 :]))  # fmt: skip


def _is_kept(statement: Part, own: frozenset[str]) -> bool:
    wanted = stems_of(statement.tokens)
    return bool(wanted) and sum(one in own for one in wanted) >= KEPT * len(wanted)


def reports_anew(claim: str, evidence: Sequence[str]) -> bool:
    """Return whether somebody says that something is so who in the evidence says something else.

    `“Go on,” she told voters, addressing a plan that has split the party` is no word of hers on it.
    """
    if any(True for sentence in evidence for _ in _reports(sentence)):
        return False  # `…, the ministry found`, which may become `the ministry found that …`
    says = {m["verb"] for m in _REPORT.finditer(fold(claim)) if "that" in m["behind"].split()}
    for verb in says:
        told = [m["behind"] for s in evidence for m in _REPORT.finditer(fold(s)) if m[1] == verb]
        if told and not any("that" in behind.split() or finite_verb(behind) for behind in told):
            return True
    return False


_REPORT = re.compile(
    rf"\b(?P<verb>{'|'.join(sorted(SAYING | STATING))})\b(?P<behind>[^,;:.()\"“”—–]*)"
)
"""A verb of saying, and what stands behind it up to the next mark."""
