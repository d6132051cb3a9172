"""What To Do Next: the sources' advice, or an honest "no action"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.surface import IMPERATIVES
from pipeline.brief.advice.slots import Occasion, deadlines
from pipeline.brief.evidence import Candidate
from pipeline.brief.repeats import repeats
from pipeline.brief.write import Draft, Writer
from pipeline.schema import Action, Claim
from pipeline.text import words

MAX_ACTIONS = 2
ACTION_WORDS = 40
MAX_AUDIENCE_WORDS = 9
EVERYONE = "readers"
"""The audience of advice that names none."""
NO_ACTION = "no action: the sources advise none"

MIN_STEPS = 4
STEPS_SHARE = 0.25
"""Imperatives of an article, and their share of its sentences, from which it is a set of
instructions: its steps serve who follows all of them, and are no advice on the news."""

TITLE_START = 6
"""Words at the start of a sentence of which all but one in capitals make it a headline."""

_LABEL = re.compile(r"^[A-Z][\w’'\-/& ]{2,48}:\s+")
_PEOPLE = (
    r"administrators?|admins?|agencies|analysts?|anyone|banks?|businesses|buyers|citizens|clients|"
    r"clinics|clinicians|companies|consumers|contributors|customers|developers|doctors|drivers|"
    r"employees|employers|engineers|enterprises|everyone|families|farmers|firms|hospitals|hosts|"
    r"households|integrators|investors|labs|landlords|maintainers|managers|manufacturers|"
    r"organi[sz]ations|operators|owners|parents|participants|passengers|patients|people|players|"
    r"providers|publishers|readers|regulators|researchers|residents|retailers|schools|sellers|"
    r"shareholders|shops|sites|startups|start-ups|students|subscribers|suppliers|teachers|teams|"
    r"tenants|travell?ers|users|utilities|vendors|visitors|voters|workers"
)
_WHO = rf"(?:[\w’'\-]+ ){{0,4}}(?:{_PEOPLE})\b[^,.;:]{{0,60}}?"
_MODAL = re.compile(
    rf"(?:(?P<who>{_WHO}),?\s+|You (?!should be\b))(?:should|must|need to|ought to|"
    r"(?:are|is) (?:(?:being|strongly|also|therefore) )?"
    r"(?:advised|urged|encouraged|recommended|asked|told|warned) (?:not )?to)\b",
    re.IGNORECASE,
)
_NO_VERB = (
    r"(?:of|in|on|at|for|with|who|that|which|whose|and|or|from|to|not|the|an?|by|about|against|"
    r"around|across|over|under|will|is|are|was|were|has|have)\b"
)
_ADVISED = re.compile(
    r"[\w’'\-]+(?: [\w’'\-]+){0,6}? (?:(?:strongly|highly|also|now|therefore) )?"
    r"(?:recommends?|advises?|urges?|encourages?|advised|urged)\s+"
    rf"(?:(?:that )?(?:you|(?P<whom>(?:[\w’'\-]+ ){{0,4}}?(?:{_PEOPLE}))) (?!{_NO_VERB})[a-z]+\b|"
    rf"(?:that )?(?:you|(?P<who>{_WHO})) (?:not )?(?:to|should)\b|"
    r"[a-z]{2,}ing\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:If|Until|Before|When|Where|Once|Unless|After|For)\b[^,]{3,100},\s+(?:then )?"
)
_TRAILING = re.compile(
    r"(?: (?:will|would|may|might|could|also|now|therefore|then|still|all|always))+$", re.IGNORECASE
)
"""What stands between people and their `need to`, and is no part of who they are."""
_EXPECTED = re.compile(
    r"\b(?:should|must) (?:(?:now|soon|also|already|even|still|\w+ly) )*"
    r"(?:have|benefit|begin|see|notice|feel|enjoy|experience|start seeing|expect|"
    r"be (?:seen|noted|able|available|enough|ready|expected))\b|"
    r"\b(?:just|only|no longer) (?:need|have) to\b|\b(?:will|would|may) need to be\b|"
    r"\b(?:we|they|it|he|she|this|that|there|results?|price|shares?|investors expect) should\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:Read(?! the (?:[\w.-]+ ){0,3}?(?:notes|notice|terms|contract|label|advisory|manual))|"
    r"Listen|Watch|Follow (?:us|me|along|the (?:link|author|project on))|See|View|"
    r"Check (?:out|back|this|it|them|the (?:link|video|repo\w*|blog|post|article|docs|"
    r"documentation|website|site|page|github))|Take a (?:look|read|moment|deep)|"
    r"Have a (?:look|read)|Try (?:it|this|them|out|our|the demo)|Sign|Visit|Join|"
    r"Look (?:out|at|for|no|forward)|Stay|Use (?:this|the following|code)|Turn to|"
    r"Make (?:of|no mistake)|Let (?:us|me|['’]s)|Add (?:to that|to this|in)|Take,? (?:for|the)|"
    r"Set (?:in|to|against|for)|Keep (?:reading|in mind|scrolling)|Call it|Consider (?:this|that)|"
    r"Turn (?!(?:\w+ ){0,3}?(?:on|off|down)\b)|Build (?:on|times?)|Test (?:results?|drives?)|"
    r"Compare that)\b",
    re.IGNORECASE,
)
"""Beginnings that send the reader to a text or site, or that only look like an instruction."""
_SALES = re.compile(
    r"!$|\b(?:promo(?:tional)? code|(?:the|our) code [A-Z]|coupon|free trial|discount|\d% off|"
    r"for free(?: today)?\b|early[- ]bird|secure your (?:spot|seat)|limited time|today with|"
    r"(?:his|her) advice|steps? \d)",
)
"""What is sold, or belongs to a list of steps that is not there."""
_NOUN_BEHIND = re.compile(
    r"\w+(?:,|:| (?:of|is|was|has|results|notes|for|and|are|will|in)\b|"
    r" [\w’'\-]+ (?:will|would|can|could|is|are|was|were|has|have|had|may|might|must|should)\b|"
    r" [A-Z][\w’'\-]* [a-z]+s\b)"
)
"""`Patch notes`, `Update, 10 May`, `Store managers will`, `Check Point says`: a noun."""


@dataclass(frozen=True)
class Actions:
    """The section's claims, or why there are none."""

    claims: list[Action]
    reason: str | None


def sourced_actions(
    advice: Sequence[Candidate],
    writer: Writer,
    told: Sequence[Claim],
    occasion: Occasion,
    *,
    said: Sequence[Claim] = (),
) -> Actions:
    """Return the advice that the sources give, in their own words.

    `told` are the claims above, which the advice follows from; what it or `said` holds is not
    repeated. Advice whose deadline is past is left out.
    """
    found: list[Action] = []
    for candidate in advice:
        if len(found) == MAX_ACTIONS:
            break
        audience = audience_of(candidate.sentence.text)
        due = deadlines(candidate.sentence.text, occasion)
        if audience is None or any(day < occasion.today for day in due):
            continue
        claim = writer.claim(
            Draft("what_to_do_next", (candidate,), ACTION_WORDS), allow=frozenset({"first_person"})
        )
        if claim is None or audience_of(claim.text) is None:
            continue
        if not repeats(claim, [*told, *said, *found]):
            found.append(
                Action(
                    **claim.model_dump(),
                    audience=audience,
                    deadline=min(due).isoformat() if due else None,
                    because=[told[0].id] if told else [claim.id],
                )
            )
    return Actions(found, None if found else NO_ACTION)


def advising(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that give advice on the news: no steps of a set of instructions."""
    sentences = Counter(c.article_id for c in candidates)
    steps = Counter(c.article_id for c in candidates if _is_imperative(c.sentence.text))
    manuals = {
        article_id
        for article_id, count in steps.items()
        if count >= MIN_STEPS and count >= STEPS_SHARE * sentences[article_id]
    }
    return tuple(
        c
        for c in candidates
        if audience_of(c.sentence.text) is not None
        and not (c.article_id in manuals and _is_imperative(c.sentence.text))
    )


def audience_of(text: str) -> str | None:
    """Return whom a sentence advises, or None when it gives no advice.

    An imperative speaks to the reader; `Operators should …` names its audience, and so does
    `The maintainers urge operators to …`.
    """
    bare = _LABEL.sub("", text)
    after_condition = _CONDITION.sub("", bare)
    if _SALES.search(text):
        return None
    if _is_imperative(text):
        return EVERYONE
    if _EXPECTED.search(bare):
        return None
    match = _MODAL.match(after_condition) or _ADVISED.match(after_condition)
    if match is None:
        return None
    named = match.groupdict()
    who = _TRAILING.sub("", (named["who"] or named.get("whom") or EVERYONE).strip())
    if len(words(who)) > MAX_AUDIENCE_WORDS:
        return None
    return who[:1].lower() + who[1:] if who.split()[0] in {"The", "Any", "All", "Every"} else who


def _is_imperative(text: str) -> bool:
    """Whether a sentence, its label and condition aside, tells the reader to do something."""
    bare = _LABEL.sub("", text)
    if sum(word[0].isupper() for word in words(bare)[:TITLE_START]) > TITLE_START - 2:
        return False
    return any(
        start[:1].isalpha()
        and bool(first := words(start)[:1])
        and first[0].lower() in IMPERATIVES
        and not any(no.match(start) for no in (_POINTER, _NOUN_BEHIND))
        for start in (bare, _CONDITION.sub("", bare))
    )
