"""Reprints: articles that carry one text share one origin.

Which texts are one is decided in `pipeline.stories.same_text`; here a publisher's declaration of
where a text comes from (a canonical link to another site) is added, and each group gets its origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from pipeline.records import ArticleRevision
from pipeline.stories.credits import credits_of, name_key
from pipeline.stories.same_text import distinct_texts, grouped
from pipeline.urls import url_key


def origins(articles: Sequence[ArticleRevision]) -> dict[str, str]:
    """Return article id → origin: the id of the article that had its text first.

    That is the one that the others declare or credit as theirs, else the earliest, else the first
    id. The order of `articles` does not matter, but what stands beside a text does: the more of a
    publisher's articles there are, the better its boilerplate is known.
    """
    ordered = sorted(articles, key=_age)
    texts = distinct_texts(ordered)
    groups = grouped(texts)
    home = {a.article.article_id: groups[n] for n, text in enumerate(texts) for a in text.articles}
    root = _joined(len(texts), _declared(ordered, home))
    members: dict[int, list[ArticleRevision]] = defaultdict(list)
    for each in ordered:
        members[root[home[each.article.article_id]]].append(each)
    return {
        each.article.article_id: first
        for group in members.values()
        for first in [_origin(group)]
        for each in group
    }


def reprint_groups(articles: Sequence[ArticleRevision]) -> list[tuple[str, ...]]:
    """Return the ids of articles that share an origin: groups of two or more, all sorted."""
    groups: dict[str, list[str]] = defaultdict(list)
    for article_id, origin in origins(articles).items():
        groups[origin].append(article_id)
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)


def independent_origins(article_ids: Sequence[str], origin_of: Mapping[str, str]) -> list[str]:
    """Return the distinct origins of the articles, sorted."""
    return sorted({origin_of[article_id] for article_id in article_ids})


def _age(each: ArticleRevision) -> tuple[datetime, str]:
    return each.article.moment, each.article.article_id


def _declared(
    ordered: Sequence[ArticleRevision], home: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of groups that declare one address as theirs, or of which one has that address.

    A publisher that declares one address for unlike texts has a broken template and is not heard.
    """
    at = {
        url_key(each.article.url): home[each.article.article_id]
        for each in ordered
        if each.article.url is not None
    }
    declaring: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for each in ordered:
        if each.article.declared_canonical is not None:
            key = url_key(each.article.declared_canonical)
            declaring[key][each.article.source].add(home[each.article.article_id])
    for key, by_source in declaring.items():
        groups = [next(iter(found)) for found in by_source.values() if len(found) == 1]
        if key in at:
            groups.append(at[key])
        yield from pairwise(groups)


def _joined(count: int, pairs: Iterator[tuple[int, int]]) -> list[int]:
    """Return of each of `count` numbers the one that stands for all it is joined with."""
    root = list(range(count))
    members = {number: [number] for number in range(count)}
    for one, other in pairs:
        small, large = sorted((root[one], root[other]), key=lambda r: (len(members[r]), r))
        if small != large:
            for number in members[small]:
                root[number] = large
            members[large] += members.pop(small)
    return root


def _origin(group: Sequence[ArticleRevision]) -> str:
    """Return the article that the others' canonical links or credits name, else the earliest."""
    if len(group) == 1:
        return group[0].article.article_id
    declared = {url_key(each.article.declared_canonical or "") for each in group}
    credited = {
        (name, name_key(each.article.source)) for each in group for name in credits_of(each)
    }

    def rank(each: ArticleRevision) -> tuple[bool, bool, tuple[datetime, str]]:
        article, source = each.article, name_key(each.article.source)
        is_target = (
            article.declared_canonical is None
            and article.url is not None
            and url_key(article.url) in declared
        )
        is_credited = any(name == source != by for name, by in credited)
        return not is_target, not is_credited, _age(each)

    return min(group, key=rank).article.article_id
