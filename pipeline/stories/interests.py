"""What the reader follows and mutes among the week's stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.analysis.analyse import LEAD_SENTENCES
from pipeline.reader_rules import Rule, holds, word_keys
from pipeline.records import ArticleRevision
from pipeline.schema import Tag
from pipeline.text import split_sentences


@dataclass(frozen=True)
class Opening:
    """What rules are held against of an article: its publisher, its headline and first sentences.

    Further down a text is mostly background, and a word in it an aside.
    """

    source: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    """Words of each; a phrase does not reach from one into the next."""

    def meets(self, rule: Rule) -> bool:
        """Return whether the article meets a rule on its source or its words."""
        if rule.kind == "source":
            return self.source == rule.wanted
        return rule.kind == "words" and any(holds(s, rule.wanted) for s in self.sentences)


def opening(revision: ArticleRevision) -> Opening:
    """Return the opening of an article."""
    sentences = split_sentences(revision.revision.title, revision.revision.text)
    lead = [s for s in sentences if s.kind != "title"][:LEAD_SENTENCES]
    headline = [s for s in sentences if s.kind == "title"]
    return Opening(
        source=word_keys(revision.article.source),
        sentences=tuple(word_keys(s.text) for s in (*headline, *lead)),
    )


def interest(rules: Sequence[Rule], tags: Sequence[Tag], openings: Sequence[Opening]) -> float:
    """Return how far a story is one the reader follows, 0 to 1, rounded to 4 decimals.

    It is the share of the story's articles that meet the rule which most of them meet; a tag is
    the whole story's.
    """
    shares = [_share(rule, tags, openings) for rule in rules]
    return round(max(shares, default=0.0), 4)


def muting(rules: Sequence[Rule], tags: Sequence[Tag], openings: Sequence[Opening]) -> Rule | None:
    """Return the first rule on a tag or on words that the story, or one of its articles, meets.

    A rule on a source mutes article by article: see `muted_source`.
    """
    return next((r for r in rules if r.kind != "source" and _share(r, tags, openings) > 0), None)


def muted_source(rules: Sequence[Rule], source: str) -> Rule | None:
    """Return the rule that mutes a publisher, or None."""
    name = word_keys(source)
    return next((rule for rule in rules if rule.kind == "source" and rule.wanted == name), None)


def _share(rule: Rule, tags: Sequence[Tag], openings: Sequence[Opening]) -> float:
    if rule.kind == "tag":
        return float(any(word_keys(tag.slug) == rule.wanted for tag in tags))
    return sum(each.meets(rule) for each in openings) / len(openings) if openings else 0.0
