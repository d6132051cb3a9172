"""Plan a story's brief, then put it together from the model's completions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.brief.advice.actions import Actions, advising, sourced_actions
from pipeline.brief.advice.infer import Guidance, inferred_action
from pipeline.brief.evidence import Candidate, Field, before, companions, select
from pipeline.brief.insight.comparison import compared, tell_comparison
from pipeline.brief.insight.disagreements import (
    Contested,
    contested,
    tell_dates,
    tell_disagreements,
)
from pipeline.brief.insight.grid import Grid
from pipeline.brief.insight.timeline import Event, dated_events, tell_timeline
from pipeline.brief.prompts import load_prompt
from pipeline.brief.repeats import repeats
from pipeline.brief.write import TARGET_WORDS, Draft, Writer, abstains, is_quotation
from pipeline.records import ArticleRevision, Role
from pipeline.schema import (
    ActionSection,
    Claim,
    DateGiven,
    Disagreement,
    Insight,
    Section,
    Tldr,
)
from pipeline.stories.name_kinds import NameKind, kinds_of
from pipeline.text import words

HOOK_WORDS = 20
TLDR_WORDS = 40
INSIGHT_WORDS = 45
"""Longest sentence of a section, in words."""

ROLE_FLOOR = 0.2
"""Role probability from which a sentence may serve a section: with seven roles, chance is 0.14."""

ADVICE_FLOOR = 0.15
"""Lower, for the form of a sentence (an imperative, or people who should) already speaks for it."""

_PRONOUN_FLAWS = frozenset({"first_person"})
"""A project's own announcement speaks as "we"; quoted from its own page that is no riddle."""


@dataclass(frozen=True)
class SectionRule:
    """How a section is filled: its role, how many claims at most, how long a claim may be."""

    name: str
    role: Role
    claims: int
    max_words: int
    prompt: str | None = None
    floor: float = ROLE_FLOOR
    target_words: int = TARGET_WORDS
    """Length at which its sentences are not cut any further."""
    quotes: int = 1
    """Claims that may be the source's sentence as it stands: a brief is no collection of quotes."""
    opinions: bool = False
    """Whether a sentence may be mostly somebody's quotation: that is no news, and no fact."""
    needed: bool = False
    """Whether the evidence is quoted even where the model finds nothing in it for this section."""
    empty: str = "no source sentence serves this section"


WHAT_CHANGED = SectionRule(
    "what_changed", Role.WHAT_CHANGED, 2, TLDR_WORDS, prompt="what_changed",
    floor=0.05, target_words=24, quotes=2, needed=True,
    empty="no source sentence states the news by itself",
)  # fmt: skip
WHY_IT_MATTERS = SectionRule(
    "why_it_matters", Role.WHY_IT_MATTERS, 2, TLDR_WORDS, prompt="why_it_matters", opinions=True,
    empty="the sources do not say why it matters",
)  # fmt: skip
TAKEAWAYS = SectionRule(
    "key_takeaways", Role.WHAT_CHANGED, 3, INSIGHT_WORDS, prompt="takeaway", floor=0.1
)
BACKGROUND = SectionRule("key_takeaways", Role.BACKGROUND, 1, INSIGHT_WORDS, prompt="takeaway")
TECHNICAL = SectionRule(
    "technical", Role.TECHNICAL, 3, INSIGHT_WORDS, prompt="technical", floor=0.3,
    empty="the sources give no technical detail",
)  # fmt: skip
IMPLICATIONS = SectionRule(
    "implications", Role.OUTLOOK, 2, INSIGHT_WORDS, prompt="implication", floor=0.3, opinions=True,
    empty="the sources say nothing about what comes next",
)  # fmt: skip

CONSEQUENCE = replace(WHY_IT_MATTERS, claims=1)
"""Where no sentence speaks of significance, one on what comes of the news does: "Analysts said the
rules could become a model elsewhere." Of the sample weeks' 17 stories three have only that."""

RESTATE = "restate"
"""The prompt for one sentence, with the one before it where it needs a name. Asked for the news of
it, the writer answers of most sentences that there is none, or copies them."""
WORTH_RESTATING = 20
"""Words from which a sentence is restated; what is shorter is short enough as it stands. Of 55
shorter ones of the sample weeks the writer made 5 that could be published, of 55 longer ones 18
(measured once)."""

NO_GUIDANCE = Guidance()

SPARE = 4
"""Further candidates a section may fall back on when a sentence cannot be published."""


@dataclass(frozen=True)
class Plan:
    """What is to be written for one story: the drafts of each section, best first."""

    story_id: str
    drafts: Mapping[str, tuple[Draft, ...]]
    advice: tuple[Candidate, ...]
    central_names: frozenset[str] = frozenset()
    """Keys of the names that the story is about."""
    kinds: Mapping[str, NameKind] = field(default_factory=dict)
    """Those names without version → product, org, …, where the story's sentences show it."""
    events: tuple[Event, ...] = ()
    """For the timeline, the most telling first."""
    grid: Grid | None = None
    """For the comparison table."""
    contested: Contested = field(default_factory=Contested)
    """For the disagreements and the dates given."""

    @property
    def prompted(self) -> tuple[Draft, ...]:
        """The drafts that the model is asked for."""
        return tuple(d for drafts in self.drafts.values() for d in drafts if d.prompt is not None)


def plan(
    story_id: str,
    around: Field,
    news: Field | None = None,
    articles: Sequence[ArticleRevision] = (),
) -> Plan:
    """Return the plan of a story; sections do not share sentences.

    `news` has the sentences that are new to the reader, None for all: every section of sentences
    comes from these alone, for the others were told or may be overtaken by what changed. `articles`
    are those of the field: their dates and tables serve the timeline and the comparison.
    """
    taken: list[Candidate] = []
    news = around if news is None else news
    advice_field = replace(news, candidates=advising(news.candidates))
    advice = select(advice_field, Role.WHAT_TO_DO_NEXT, count=4, floor=ADVICE_FLOOR)
    told = tuple(c for c in news.candidates if not is_quotation(c.sentence.text))
    facts = replace(news, candidates=told)
    drafts: dict[str, tuple[Draft, ...]] = {}
    for rule in (WHAT_CHANGED, WHY_IT_MATTERS, IMPLICATIONS, TECHNICAL, TAKEAWAYS, BACKGROUND):
        chosen = select(
            news if rule.opinions else facts,
            rule.role,
            count=rule.claims + SPARE,
            floor=rule.floor,
            taken=[*taken, *advice[:2]],
        )
        made = tuple(_draft(rule, candidate, n, news, around) for n, candidate in enumerate(chosen))
        drafts[rule.name] = drafts.get(rule.name, ()) + made[: rule.claims + SPARE]
        taken += chosen[: rule.claims]
    kinds = kinds_of(around.central_names, [c.sentence.text for c in around.candidates])
    return Plan(
        story_id,
        drafts,
        tuple(advice),
        around.central_names,
        kinds,
        events=dated_events(around, articles),
        grid=compared(around, articles),
        contested=contested(around, articles),
    )


def _draft(rule: SectionRule, lead: Candidate, number: int, news: Field, around: Field) -> Draft:
    """Return a draft on one sentence; a section asks the model for as many as it may have.

    Where a sentence goes on with it, the section's prompt joins the two; else it is restated.
    """
    plain = Draft(rule.name, (lead,), rule.max_words, target_words=rule.target_words)
    if rule.prompt is None or number >= rule.claims:
        return plain
    if "anaphora" in lead.flaws:
        if not rule.needed:  # it hardly ever comes to anything: to 4 of 48 on public news articles
            return plain
        return replace(plain, prompt=load_prompt(RESTATE), context=before(lead, around))
    if joined := companions(lead, news):
        return replace(plain, evidence=(lead, *joined), prompt=load_prompt(rule.prompt))
    if len(words(lead.sentence.text)) < WORTH_RESTATING:
        return plain
    return replace(plain, prompt=load_prompt(RESTATE))


@dataclass(frozen=True)
class Brief:
    """A story's composed sections, and the sentences that were not fit to publish."""

    hook: Claim | None
    tldr: Tldr
    insight: Insight
    unpublished: tuple[str, ...]
    disagreements: tuple[Disagreement, ...] = ()
    dates_given: tuple[DateGiven, ...] = ()


def compose(
    made: Plan, completions: Mapping[Draft, str], writer: Writer, guidance: Guidance = NO_GUIDANCE
) -> Brief:
    """Return the brief: each section's drafts in order until it is full, no sentence twice.

    `guidance` is what an action is inferred by where the sources advise nothing.
    """
    said: list[Claim] = []
    dropped: dict[str, None] = {}
    written = dict(completions)

    def fill(rule: SectionRule, drafts: Sequence[Draft]) -> Section:
        claims: list[Claim] = []
        for draft in drafts:
            if len(claims) >= rule.claims:
                break
            completion = written.get(draft)
            if completion is not None and abstains(completion) and _asks(rule, draft):
                continue
            claim = writer.claim(draft, completion, allow=_PRONOUN_FLAWS)
            if claim is None:
                dropped[draft.evidence[0].sentence.text] = None
            elif (
                _is_one_quote_too_many(claim, claims, rule)
                or repeats(claim, [*said, *claims])
                or (is_quotation(claim.text) and not rule.opinions)
            ):
                continue
            else:
                claims.append(claim)
        said.extend(claims)
        return Section(claims=claims, reason=None if claims else rule.empty)

    what_changed = fill(WHAT_CHANGED, made.drafts[WHAT_CHANGED.name])
    hook = _hook(made, writer, what_changed)
    if hook is not None:
        said.append(hook)
    why_it_matters = fill(WHY_IT_MATTERS, made.drafts[WHY_IT_MATTERS.name])
    if not why_it_matters.claims:
        consequences = _as_consequences(made.drafts[IMPLICATIONS.name])
        written |= {new: written[old] for new, old in consequences.items() if old in written}
        why_it_matters = fill(CONSEQUENCE, list(consequences))
    actions = _actions(made, writer, guidance, what_changed.claims, why_it_matters.claims, said)
    said.extend(actions.claims)
    implications = fill(IMPLICATIONS, made.drafts[IMPLICATIONS.name])
    technical = fill(TECHNICAL, made.drafts[TECHNICAL.name])
    takeaways = fill(TAKEAWAYS, made.drafts[TAKEAWAYS.name])
    return Brief(
        hook=hook,
        tldr=Tldr(
            what_changed=what_changed,
            why_it_matters=why_it_matters,
            what_to_do_next=ActionSection(claims=actions.claims, reason=actions.reason),
        ),
        insight=Insight(
            key_takeaways=takeaways,
            comparison=tell_comparison(made.grid, writer),
            technical=technical,
            implications=implications,
            timeline=tell_timeline(made.events, writer),
        ),
        unpublished=tuple(dropped),
        disagreements=tuple(tell_disagreements(made.contested, writer)),
        dates_given=tuple(tell_dates(made.contested, writer)),
    )


def _as_consequences(implications: Sequence[Draft]) -> dict[Draft, Draft]:
    """Return drafts for Why It Matters made of those of that section, the weightier first."""
    name, longest = CONSEQUENCE.name, CONSEQUENCE.max_words
    weightier = sorted(
        implications, key=lambda draft: -round(draft.evidence[0].probability(CONSEQUENCE.role), 1)
    )
    return {replace(draft, section=name, max_words=longest): draft for draft in weightier}


def _asks(rule: SectionRule, draft: Draft) -> bool:
    """Whether an abstention means that the evidence is not for this section."""
    return not rule.needed and draft.prompt is not None and draft.prompt.name == rule.prompt


def _is_one_quote_too_many(claim: Claim, others: Sequence[Claim], rule: SectionRule) -> bool:
    """Whether the section has as many quoted sentences as it may have."""
    quoted = sum(other.basis == "quoted" for other in others)
    return claim.basis == "quoted" and quoted >= rule.quotes


def _actions(
    made: Plan,
    writer: Writer,
    guidance: Guidance,
    changed: Sequence[Claim],
    matters: Sequence[Claim],
    said: Sequence[Claim],
) -> Actions:
    """Return the sources' advice, else an inferred action, else none."""
    occasion = guidance.occasion(made.kinds)
    sourced = sourced_actions(made.advice, writer, [*changed, *matters], occasion, said=said)
    if sourced.claims:
        return sourced
    inferred = inferred_action(
        made.story_id,
        guidance,
        occasion,
        changed=changed,
        others=matters,
        against=[d.evidence[0].sentence.text for d in made.drafts[WHAT_CHANGED.name]],
    )
    return Actions([inferred], None) if inferred else sourced


def _hook(made: Plan, writer: Writer, what_changed: Section) -> Claim | None:
    """Return the shortest way to say the news that the TL;DR does not already use."""
    for draft in made.drafts["what_changed"]:
        evidence = draft.evidence[0]
        if not evidence.names & made.central_names:
            continue  # a line that stands alone must say whom it is about
        claim = writer.claim(Draft("hook", (evidence,), HOOK_WORDS))
        if claim is not None and not repeats(claim, what_changed.claims):
            return claim
    return None
