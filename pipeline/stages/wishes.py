"""What the reader wishes of a digest: rules in the settings, and edits by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.edits import Edit, in_force
from pipeline.reader_rules import Rule, parse_rule, word_keys
from pipeline.records import ArticleRevision
from pipeline.schema import Withheld
from pipeline.settings import ReaderSettings
from pipeline.store import Store
from pipeline.stories.interests import muted_source


@dataclass(frozen=True)
class Wishes:
    """The rules, and the edits in force."""

    follow: tuple[Rule, ...] = ()
    mute: tuple[Rule, ...] = ()
    edits: tuple[Edit, ...] = ()
    source_weights: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    """Folded words of a publisher's name → its weight in the ranking."""

    @classmethod
    def of(cls, settings: ReaderSettings, log: Sequence[Edit]) -> Wishes:
        """Return the wishes that the settings and the log of edits state."""
        follow, mute = (tuple(map(parse_rule, rules)) for rules in (settings.follow, settings.mute))
        weights = {word_keys(name): each for name, each in settings.source_weights.items()}
        return cls(follow, mute, tuple(in_force(log)), weights)

    def heard(self, articles: Sequence[ArticleRevision]) -> list[ArticleRevision]:
        """Return the articles whose publishers are not muted."""
        return [a for a in articles if muted_source(self.mute, a.article.source) is None]

    def weight(self, sources: Iterable[str]) -> float:
        """Return the weight of the weightiest of these publishers; one without has 1."""
        return max(self.source_weights.get(word_keys(source), 1.0) for source in sources)


NO_WISHES = Wishes()


def muted(subject: Rule, *, story_id: str | None = None, article_id: str | None = None) -> Withheld:
    """Return the note that a rule withholds a story or an article."""
    detail = f"reader.mute has {subject.written!r}"
    return Withheld(story_id=story_id, article_id=article_id, reason="muted", detail=detail)


def muted_articles(store: Store, article_ids: Sequence[str], wishes: Wishes) -> list[Withheld]:
    """Return a note on each of these articles whose publisher is muted."""
    if not any(rule.kind == "source" for rule in wishes.mute):
        return []
    found = store.articles(article_ids)
    return [
        muted(rule, article_id=article_id)
        for article_id, each in found.items()
        if (rule := muted_source(wishes.mute, each.article.source)) is not None
    ]
