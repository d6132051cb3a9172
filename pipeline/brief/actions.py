"""What To Do Next: the sources' advice, or an honest "no action"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.surface import IMPERATIVES
from pipeline.brief.evidence import Candidate
from pipeline.brief.write import Draft, Writer
from pipeline.schema import Action, Claim
from pipeline.text import words

MAX_ACTIONS = 2
ACTION_WORDS = 40
MAX_AUDIENCE_WORDS = 9
EVERYONE = "readers"
"""The audience of an imperative that names none."""
NO_ACTION = "no action: the sources advise none"

_LABEL = re.compile(r"^[A-Z][\w’'\-/& ]{2,48}:\s+")
_PEOPLE = (
    r"administrators?|admins?|agencies|analysts?|anyone|banks?|businesses|buyers|citizens|clients|"
    r"clinics|clinicians|companies|consumers|contributors|customers|developers|doctors|drivers|"
    r"employees|employers|engineers|enterprises|everyone|families|farmers|firms|hospitals|hosts|"
    r"households|integrators|investors|labs|landlords|maintainers|managers|manufacturers|"
    r"organi[sz]ations|operators|owners|parents|participants|passengers|patients|people|players|"
    r"providers|publishers|readers|regulators|researchers|residents|retailers|schools|sellers|"
    r"shareholders|shops|sites|startups|start-ups|students|suppliers|teachers|teams|tenants|"
    r"travell?ers|users|utilities|vendors|visitors|voters|workers"
)
_MODAL = re.compile(
    rf"(?P<who>(?:[\w’'\-]+ ){{0,4}}(?:{_PEOPLE})\b[^,.;:]{{0,60}}?),?\s+(?:should|must|"
    r"need to|ought to|are (?:advised|urged|encouraged) to|is (?:advised|urged|encouraged) to)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:If|Until|Before|When|Where|Once|Unless|After|For)\b[^,]{3,100},\s+(?:then )?"
)
_GIVEN_BACK = re.compile(
    r"\b(?:should|must) (?:have|be (?:seen|noted|able|available|enough|ready|expected))\b|"
    r"\b(?:we|they|it|he|she|this|that|there|results?|price|shares?|investors expect) should\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Actions:
    """The section's claims, or why there are none."""

    claims: list[Action]
    reason: str | None


def sourced_actions(advice: Sequence[Candidate], writer: Writer, told: Sequence[Claim]) -> Actions:
    """Return the advice that the sources give, in their own words.

    `told` are the claims above, which the advice follows from.
    """
    found: list[Action] = []
    for candidate in advice:
        if len(found) == MAX_ACTIONS:
            break
        audience = audience_of(candidate.sentence.text)
        if audience is None:
            continue
        claim = writer.from_source(Draft("what_to_do_next", (candidate,), ACTION_WORDS))
        if claim is not None and audience_of(claim.text) is not None:
            found.append(
                Action(
                    **claim.model_dump(),
                    audience=audience,
                    because=[told[0].id] if told else [claim.id],
                )
            )
    return Actions(found, None if found else NO_ACTION)


def audience_of(text: str) -> str | None:
    """Return whom a sentence advises, or None when it gives no advice.

    An imperative speaks to the reader; `Operators should …` names its audience.
    """
    bare = _LABEL.sub("", text)
    after_condition = _CONDITION.sub("", bare)
    for start in (bare, after_condition):
        first = words(start)[:2]
        if first and first[0].lower() in IMPERATIVES and not _is_noun_use(first):
            return EVERYONE
    if _GIVEN_BACK.search(bare):
        return None
    match = _MODAL.match(after_condition)
    if match is None or len(words(match["who"])) > MAX_AUDIENCE_WORDS:
        return None
    who = match["who"].strip()
    return who[:1].lower() + who[1:] if who.split()[0] in {"The", "Any", "All", "Every"} else who


def _is_noun_use(first: Sequence[str]) -> bool:
    """`Patch notes`, `Test results`, `Review of`: a noun, not an imperative."""
    return len(first) > 1 and first[1].lower() in {
        "of", "is", "was", "has", "results", "notes", "for", "and", "are", "will", "in",
    }  # fmt: skip
