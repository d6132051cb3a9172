"""The means of the stages with fakes in them, and feeds to fetch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from pipeline.analysis.roles import RoleHead
from pipeline.brief.advice.playbooks import Playbooks
from pipeline.brief.verify import word_coverage
from pipeline.protocols import Encoder, Extractor, Fetcher, Generator
from pipeline.records import Feed
from pipeline.schema import Digest
from pipeline.settings import IngestSettings, Settings
from pipeline.stages.briefs import Writing
from pipeline.stages.digest import make_digest
from pipeline.stages.ingestion import Ingestion
from pipeline.stages.stories import Reading, encode_once, update_stories
from pipeline.store import Store
from pipeline.stories.tags import Taxonomy
from pipeline.urls import url_key
from pipeline.weeks import IsoWeek
from tests.fakes import NOW, FakeEncoder, FakeExtractor, FakeGenerator

SURFACE_ONLY = 256
"""Width of a fake encoder with which the role head goes by the surface of a sentence, since it was
trained on real vectors of another width."""
WEEK = IsoWeek(2026, 46)
"""The week of `tests.fakes.PUBLISHED`, which ended before `tests.fakes.NOW`."""


def settings(**sections: Mapping[str, Any]) -> Settings:
    """Return settings under which no article is too short, but for `sections`."""
    given: dict[str, Mapping[str, Any]] = {"ingest": {"min_words": 5}}
    for name, fields in sections.items():
        given[name] = {**given.get(name, {}), **fields}
    chosen = Settings()
    parts = {
        name: type(getattr(chosen, name)).model_validate(
            {**getattr(chosen, name).model_dump(), **fields}
        )
        for name, fields in given.items()
    }
    return chosen.model_copy(update=parts)


def ingestion(
    store: Store,
    fetcher: Fetcher,
    *,
    now: datetime = NOW,
    extractor: Extractor | None = None,
    given: IngestSettings | None = None,
) -> Ingestion:
    """Return the means of ingestion."""
    return Ingestion(store, fetcher, extractor or FakeExtractor(), given or IngestSettings(), now)


def reading(store: Store, encoder: Encoder | None = None) -> Reading:
    """Return the means of analysis."""
    return Reading(store, encoder or FakeEncoder(SURFACE_ONLY), RoleHead.shipped())


def writing(
    store: Store,
    generator: Generator | None = None,
    *,
    encoder: Encoder | None = None,
    batch_size: int = 64,
) -> Writing:
    """Return the means of writing; without a generator no draft is any good."""
    means = reading(store, encoder)
    taxonomy = Taxonomy.shipped(partial(encode_once, means, "topics"))
    playbooks = Playbooks.load(Path("none of its own"), {topic.slug for topic in taxonomy.topics})
    return Writing(
        means, generator or FakeGenerator(), word_coverage, taxonomy, batch_size, playbooks
    )


def digest_of(
    store: Store,
    week: IsoWeek = WEEK,
    *,
    generator: Generator | None = None,
    given: Settings | None = None,
    now: datetime = NOW,
    batch_size: int = 64,
) -> Digest:
    """Place what is new in stories, then return the digest of a week."""
    means = writing(store, generator, batch_size=batch_size)
    chosen = given or settings()
    update_stories(means.reading, chosen, now)
    return make_digest(means, week, chosen, now, torch_version="2.13.0")


@dataclass(frozen=True)
class Entry:
    """An entry of a feed to be served; what is empty is left out."""

    link: str = ""
    title: str = "A title"
    published: str = "2026-11-12T09:00:00Z"
    content: str = ""
    entry_id: str = ""


def atom(entries: Iterable[Entry], title: str = "The Example") -> bytes:
    """Return an Atom feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(title)}</title><id>urn:feed</id>\n"
        + "\n".join(_atom_entry(entry) for entry in entries)
        + "\n</feed>\n"
    ).encode()


def _atom_entry(entry: Entry) -> str:
    parts = [f"<title>{escape(entry.title)}</title>"]
    if entry.entry_id:
        parts.append(f"<id>{escape(entry.entry_id)}</id>")
    if entry.link:
        parts.append(f'<link href="{escape(entry.link)}"/>')
    if entry.published:
        parts.append(f"<published>{entry.published}</published>")
    if entry.content:
        parts.append(f'<content type="html">{escape(entry.content)}</content>')
    return f"<entry>{''.join(parts)}</entry>"


def subscribed(store: Store, *urls: str, title: str | None = None) -> Sequence[Feed]:
    """Subscribe to these feeds and return them."""
    feeds = [
        Feed(feed_id=Feed.make_id(url_key(url)), url=url, title=title, added_at=NOW) for url in urls
    ]
    for feed in feeds:
        store.save_feed(feed)
    return feeds
