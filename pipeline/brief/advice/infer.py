"""An action inferred from a story's cited facts, where its sources advise nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.brief.advice.playbooks import NO_PLAYBOOKS, Playbook, Playbooks, fill, mentions
from pipeline.brief.advice.slots import SLOT_KINDS, Filling, Occasion, fill_slots
from pipeline.brief.verify import CHECKS
from pipeline.canonical import make_id
from pipeline.schema import Action, CheckResult, Citation, Claim, Support
from pipeline.stories.name_kinds import NameKind

NAME_SLOTS = frozenset((*SLOT_KINDS, "acquired", "place"))


@dataclass(frozen=True)
class Guidance:
    """What an action may be inferred by: the playbooks, the story's topics, and the date."""

    playbooks: Playbooks = NO_PLAYBOOKS
    topics: frozenset[str] = frozenset()
    published: date = date.max
    """When the story's latest article came out."""
    today: date = date.max
    """The first day on which the brief is read: an earlier date is no deadline."""

    def occasion(self, kinds: Mapping[str, NameKind]) -> Occasion:
        """Return what slots are filled from, in a story whose names are of these kinds."""
        return Occasion(kinds, self.published, self.today)


def inferred_action(
    story_id: str,
    guidance: Guidance,
    occasion: Occasion,
    *,
    changed: Sequence[Claim],
    others: Sequence[Claim] = (),
    against: Sequence[str] = (),
) -> Action | None:
    """Return the action of the first playbook that fits what was told, None where none does.

    `changed` are the published claims of What Changed, which must hold the playbook's phrase;
    `others` those of Why It Matters, which may name what the slots need. A playbook that a sentence
    of either, or one of `against`, speaks against is not used.
    """
    told = [*changed, *others]
    quotes = list(dict.fromkeys(c.quote for claim in told for c in claim.citations))
    for playbook in guidance.playbooks.in_order:
        if guidance.topics.isdisjoint(playbook.topics):
            continue
        if playbook.unwanted and any(playbook.unwanted.search(q) for q in (*quotes, *against)):
            continue
        for quote in dict.fromkeys(c.quote for claim in changed for c in claim.citations):
            for phrase in mentions(playbook.wanted, quote, occasion.published.year):
                filling = fill_slots(
                    playbook.requires, phrase, [q for q in quotes if q != quote], occasion
                )
                if filling is not None:
                    return _action(story_id, playbook, filling, told)
    return None


def _action(story_id: str, playbook: Playbook, filling: Filling, told: Sequence[Claim]) -> Action:
    because = [claim for claim in told if filling.sentences & {c.quote for c in claim.citations}]
    citations: dict[tuple[str, int], Citation] = {
        (c.article_id, c.start): c for claim in because for c in claim.citations
    }
    text = fill(playbook.action, filling.texts)
    return Action(
        id=make_id("c", story_id, "what_to_do_next", text),
        text=text,
        basis="inferred",
        citations=list(citations.values()),
        support=Support(
            score=min(claim.support.score for claim in because), checks=_checks(filling)
        ),
        audience=fill(playbook.audience, filling.texts),
        deadline=filling.deadline.isoformat() if filling.deadline else None,
        because=[claim.id for claim in because],
    )


def _checks(filling: Filling) -> dict[str, CheckResult]:
    """Return the checks of an action: its facts are verbatim, its advice is not verified."""
    checks: dict[str, CheckResult] = dict.fromkeys(CHECKS, "n/a")
    for slot in filling.texts:
        checks["names" if slot in NAME_SLOTS else "values"] = "pass"
    return checks
