"""The timeline: sentences that say when something happened or will happen, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.dates import publication_days
from pipeline.analysis.happenings import Happening, happening
from pipeline.brief.evidence import SAME_SENTENCE, Candidate, Field, score
from pipeline.brief.write import Draft, Writer
from pipeline.records import ArticleRevision, Role
from pipeline.schema import Claim, Timeline, TimelineEntry

MAX_ENTRIES = 8
MAX_A_DAY = 2
"""Entries of one date: the news itself and one thing more, or the day fills the table."""
ENTRY_WORDS = 45
ROLES = (Role.WHAT_CHANGED, Role.OUTLOOK, Role.BACKGROUND)
"""Roles of sentences that tell events."""
ROLE_FLOOR = 0.2
"""Probability that a sentence needs in one of them: with seven roles, chance is 0.14."""
STATEMENT_COST = 0.4
"""That somebody said something is an event of its own only where little else happened."""
SAME_EVENT = 0.5
"""Similarity from which two sentences with one date count as one event. Read in the sample week and
50 news events: of the 40 pairs from here up three in five tell one event; below, few do."""
HISTORY_YEARS = 5
"""What lies further back than this before the first article is told only where nothing else is."""
EMPTY = "the sources name no two dates on which something happened or will happen"


@dataclass(frozen=True, eq=False)
class Event:
    """A sentence with the date of what it tells."""

    candidate: Candidate
    happening: Happening
    score: float
    is_history: bool


def dated_events(around: Field, articles: Sequence[ArticleRevision]) -> tuple[Event, ...]:
    """Return the dated events of a story, the most telling first, each once.

    A relative date counts from the publication of its article, where `articles` has it.
    """
    days_of = {a.article.article_id: publication_days(a.article) for a in articles}
    years = [days[0].year for days in days_of.values() if days]
    oldest = min(years) - HISTORY_YEARS if years else 0
    events = []
    for candidate in around.candidates:
        found = happening(candidate.sentence.text, days_of.get(candidate.article_id, ()))
        if found is not None and _tells_an_event(candidate):
            total = max(score(candidate, role, around) for role in ROLES)
            total = round(total - STATEMENT_COST * found.is_statement, 4)
            events.append(Event(candidate, found, total, found.day.first.year < oldest))
    events.sort(key=lambda event: (event.is_history, -event.score, event.candidate.key))
    told: list[Event] = []
    for event in events:
        if not any(_is_same(event, other) for other in told):
            told.append(event)
    return tuple(told)


def _tells_an_event(candidate: Candidate) -> bool:
    best = max(candidate.probability(role) for role in ROLES)
    advice = candidate.probability(Role.WHAT_TO_DO_NEXT)
    return best >= ROLE_FLOOR and best > advice


def _is_same(event: Event, other: Event) -> bool:
    one, two = event.happening.day.iso, other.happening.day.iso
    limit = SAME_EVENT if one.startswith(two) or two.startswith(one) else SAME_SENTENCE
    return round(float(event.candidate.vector @ other.candidate.vector), 4) >= limit


def tell_timeline(events: Sequence[Event], writer: Writer) -> Timeline:
    """Return the timeline of the first events that may be published; `events` best first."""
    entries: list[TimelineEntry] = []
    for event in events:
        day = event.happening.day
        if event.is_history and len({entry.date for entry in entries}) > 1:
            break
        if sum(entry.date == day.iso for entry in entries) >= MAX_A_DAY:
            continue
        claim = _claim(event, writer)
        if claim is not None:
            entries.append(
                TimelineEntry(**claim.model_dump(), date=day.iso, precision=day.precision)
            )
        if len(entries) == MAX_ENTRIES:
            break
    if len({entry.date for entry in entries}) < 2:
        return Timeline(claims=[], reason=EMPTY)
    return Timeline(claims=sorted(entries, key=lambda entry: (entry.date, entry.id)))


def _claim(event: Event, writer: Writer) -> Claim | None:
    """Return the sentence, shortened where the date stays with its event."""
    draft = Draft("timeline", (event.candidate,), ENTRY_WORDS)
    written = event.happening.words
    return writer.claim(draft, keep=(written,))
