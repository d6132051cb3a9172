"""Pages, articles and their immutable revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.errors import StoreError
from pipeline.records import Article, ArticleRevision, FetchStatus, Page, Revision
from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.rows import in_chunks, in_order_of, record_of, row_of, upsert


class ArticleStore(Database):
    """What the store knows of pages and articles."""

    def pages(self, url_keys: Sequence[str]) -> dict[str, Page]:
        """Return the known pages among `url_keys`, in that order."""
        found: dict[str, Page] = {}
        with self._reading() as connection:
            for chunk in in_chunks(url_keys):
                query = select(tables.pages).where(tables.pages.c.url_key.in_(chunk))
                for page in _pages(connection, query):
                    found[page.url_key] = page
        return in_order_of(url_keys, found)

    def save_page(self, page: Page, *, article: Article | None, revision: Revision | None) -> None:
        """Save a fetch of a page, with the article and the revision it gave, as one whole.

        From then on the page's URL leads to `article`; without one, to the article it had before.
        `merged` says what is kept of a known article; `revision` becomes the one in force.
        """
        with self._writing() as connection:
            if article is not None:
                _put_article(connection, article)
            if revision is not None:
                _put_revision(connection, revision)
            known = select(tables.pages.c.article_id).filter_by(url_key=page.url_key)
            article_id = article.article_id if article is not None else page.article_id
            row = {**row_of(page), "article_id": article_id or connection.scalar(known)}
            connection.execute(upsert(tables.pages), row)

    def failed_pages(self, feed_id: str | None) -> list[Page]:
        """Return the pages whose last fetch failed, by key: of one feed's entries, or all."""
        columns = tables.pages.c
        query = (
            select(tables.pages)
            .where(columns.status == FetchStatus.FAILED)
            .order_by(columns.url_key)
        )
        if feed_id is not None:
            urls = select(tables.entries.c.url).where(tables.entries.c.feed_id == feed_id)
            query = query.where(columns.url.in_(urls))
        with self._reading() as connection:
            return _pages(connection, query)

    def article_by_url_key(self, key: str) -> str | None:
        """Return the id of the article at that canonical URL, its own or that of a page."""
        own = select(tables.articles.c.article_id).filter_by(article_id=Article.make_id(key))
        with self._reading() as connection:
            query = select(tables.pages.c.article_id).filter_by(url_key=key)
            return connection.scalar(query) or connection.scalar(own)

    def save_article(self, article: Article, revision: Revision) -> None:
        """Save an article that came from no page; `revision` becomes the one in force."""
        with self._writing() as connection:
            _put_article(connection, article)
            _put_revision(connection, revision)

    def articles(self, article_ids: Sequence[str]) -> dict[str, ArticleRevision]:
        """Return the known articles with the revision in force, in the order of the ids."""
        found: dict[str, ArticleRevision] = {}
        with self._reading() as connection:
            for chunk in in_chunks(article_ids):
                query = in_force().where(tables.articles.c.article_id.in_(chunk))
                for current in article_revisions(connection, query):
                    found[current.article.article_id] = current
        return in_order_of(article_ids, found)

    def revision(self, article_id: str, text_sha256: str) -> Revision | None:
        """Return one revision, or None."""
        query = select(tables.revisions).filter_by(article_id=article_id, text_sha256=text_sha256)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else record_of(Revision, tables.revisions, row)

    def revisions(self, article_id: str) -> list[Revision]:
        """Return the article's revisions, oldest first, those of one moment by hash."""
        columns = tables.revisions.c
        query = (
            select(tables.revisions)
            .where(columns.article_id == article_id)
            .order_by(columns.seen_at, columns.text_sha256)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return [record_of(Revision, tables.revisions, row) for row in rows]

    def article_ids_between(self, start: datetime, end: datetime) -> list[str]:
        """Return the articles of `start` ≤ moment < `end`, by moment, then by id.

        An article's moment is when it was published, or first seen where that is unknown.
        """
        columns = tables.articles.c
        query = (
            select(columns.article_id)
            .where(columns.moment >= start, columns.moment < end)
            .order_by(columns.moment, columns.article_id)
        )
        with self._reading() as connection:
            return [*connection.scalars(query)]

    def unclustered_articles(self) -> list[ArticleRevision]:
        """Return the articles that are in no story and not withheld, by moment, then by id."""
        article_id = tables.articles.c.article_id
        placed = select(tables.story_articles).where(
            tables.story_articles.c.article_id == article_id
        )
        withheld = select(tables.withholdings).where(tables.withholdings.c.subject_id == article_id)
        query = (
            in_force()
            .where(~placed.exists(), ~withheld.exists())
            .order_by(tables.articles.c.moment, article_id)
        )
        with self._reading() as connection:
            return article_revisions(connection, query)


def merged(known: Article, seen: Article) -> Article:
    """Return what to keep of a `known` article that was `seen` again.

    It was first seen, and published, at the earlier of both moments (an exact one before a mere
    day), so that it stays in its week whatever order its pages are fetched in. Everything else is
    as seen now, unless the page has stopped saying it.
    """
    published, is_day = min(
        ((one.published, one.published_is_day) for one in (known, seen) if one.published),
        default=(None, seen.published_is_day),
    )
    return seen.model_copy(
        update={
            "first_seen": min(known.first_seen, seen.first_seen),
            "published": published,
            "published_is_day": is_day,
            "url": seen.url or known.url,
            "feed_id": seen.feed_id or known.feed_id,
            "declared_canonical": seen.declared_canonical or known.declared_canonical,
        }
    )


def _put_article(connection: Connection, article: Article) -> None:
    query = select(tables.articles).filter_by(article_id=article.article_id)
    row = connection.execute(query).mappings().first()
    if row is not None:
        article = merged(record_of(Article, tables.articles, row), article)
    connection.execute(upsert(tables.articles), row_of(article))


def _put_revision(connection: Connection, revision: Revision) -> None:
    if Revision.hash_of(revision.title, revision.text) != revision.text_sha256:
        raise StoreError(
            revision.article_id,
            "a revision is not named by the hash of its text, and could never be corrected",
            "name it with Revision.hash_of",
        )
    names = {"article_id": revision.article_id, "text_sha256": revision.text_sha256}
    new = insert(tables.revisions).on_conflict_do_nothing(index_elements=[*names])
    connection.execute(new, row_of(revision))
    connection.execute(upsert(tables.current_revisions), names)


def in_force() -> Select[tuple[object, ...]]:
    """Return the query for articles with the revision in force."""
    return (
        select(tables.articles, tables.revisions)
        .select_from(tables.articles)
        .join(
            tables.current_revisions,
            tables.current_revisions.c.article_id == tables.articles.c.article_id,
        )
        .join(
            tables.revisions,
            (tables.revisions.c.article_id == tables.current_revisions.c.article_id)
            & (tables.revisions.c.text_sha256 == tables.current_revisions.c.text_sha256),
        )
    )


def article_revisions(
    connection: Connection, query: Select[tuple[object, ...]]
) -> list[ArticleRevision]:
    """Return the articles that a query on `in_force` finds, in its order."""
    return [
        ArticleRevision(
            article=record_of(Article, tables.articles, row),
            revision=record_of(Revision, tables.revisions, row),
        )
        for row in connection.execute(query).mappings()
    ]


def _pages(connection: Connection, query: Select[tuple[object, ...]]) -> list[Page]:
    rows = connection.execute(query).mappings()
    return [record_of(Page, tables.pages, row) for row in rows]
