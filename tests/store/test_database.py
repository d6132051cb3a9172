"""Opening, migrating, and what is said when the file cannot be used."""

from __future__ import annotations

import inspect
import os
import shutil
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, Text, text

import pipeline.store
from pipeline.edits import Edit, Retitle
from pipeline.errors import StoreError
from pipeline.records import Entry, FetchState, Withholding
from pipeline.store import Decision, Store, database
from pipeline.store.database import make_engine
from pipeline.store.tables import SCHEMA_REVISION, metadata

from .samples import (
    DAY,
    NOW,
    Clock,
    article,
    feed,
    page,
    revision,
    rows,
    save_articles,
    stored_profile,
    story,
)

MIGRATIONS = Path(pipeline.store.__file__).parent / "migrations"


def differences(engine: Engine, wanted: MetaData) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), wanted))


def test_the_migrations_arrive_at_the_tables(store: Store) -> None:
    engine = make_engine(store.path)
    assert differences(engine, metadata) == []
    wanted = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(wanted)
    wanted.tables["feeds"].append_column(Column("forgotten", Text))
    assert len(differences(engine, wanted)) == 1
    engine.dispose()


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where to write the next migration, which opening a store will then run."""
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "50% done" / "migrations"))
    monkeypatch.setattr(database, "_MIGRATIONS", folder)
    monkeypatch.setattr(database, "SCHEMA_REVISION", "test")
    return folder / "versions" / "next.py"


STEP = f"""
from alembic import op
import sqlalchemy as sa

revision = "test"
down_revision = "{SCHEMA_REVISION}"


def upgrade():
    with op.batch_alter_table("stories", recreate="always") as stories:
        stories.add_column(sa.Column("note", sa.Text))
"""


def test_a_migration_may_rebuild_a_table_that_others_refer_to(
    store: Store, next_migration: Path
) -> None:
    save_articles(store, "a-1")
    store.save_stories([story("s-1", "a-1")])
    store.save_brief("s-1", "2026-W47", "inputs", "{}")
    next_migration.write_text(STEP)
    with Store.open(store.path) as upgraded:
        assert upgraded.stories() == [story("s-1", "a-1")]
        assert upgraded.brief("s-1", "2026-W47") == ("inputs", "{}")
    assert rows(store.path)["stories"][0][-1] is None  # the new column
    assert rows(store.path)["alembic_version"] == [("test",)]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SELECT nonsense", "no such column: nonsense"),
        ("DELETE FROM stories", "table story_articles refers to rows that are gone"),
    ],
)
def test_a_migration_that_fails_leaves_everything_as_it_was(
    store: Store, next_migration: Path, statement: str, message: str
) -> None:
    save_articles(store, "a-1")
    store.save_stories([story("s-1", "a-1")])
    before = rows(store.path)
    next_migration.write_text(f"{STEP}    op.execute({statement!r})\n")
    with pytest.raises(StoreError, match=message):
        Store.open(store.path)
    assert rows(store.path) == before


def test_the_newest_migration_is_the_schema_revision() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [SCHEMA_REVISION]


def test_a_file_says_which_schema_it_has(store: Store) -> None:
    assert rows(store.path)["alembic_version"] == [(SCHEMA_REVISION,)]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "halfminute.db"
    path.touch()
    with Store.open(path) as store:
        assert store.counts()["feeds"] == 0


def test_opening_makes_folders_and_takes_any_name(tmp_path: Path) -> None:
    path = tmp_path / "a b%20" / "ü?mode=ro#x" / "halfminute.db"
    with Store.open(path) as store:
        store.save_feed(feed())
    assert path.is_file()
    with Store.open(path) as store:
        assert store.feeds() == [feed()]


def test_opening_again_changes_nothing(store: Store) -> None:
    save_articles(store, "a-1")
    before = rows(store.path)
    with Store.open(store.path) as again:
        assert [*again.articles(["a-1"])] == ["a-1"]
    assert rows(store.path) == before


def test_connections_are_set_up_for_safety(store: Store) -> None:
    engine = make_engine(store.path)
    with engine.connect() as connection:
        settings = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    engine.dispose()
    normal = 1
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": normal,
        "busy_timeout": 10_000,
    }


def test_reading_does_not_wait_for_a_writer(store: Store) -> None:
    store.save_feed(feed())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM feeds")
        assert store.feeds() == [feed()]


def test_a_transaction_sees_one_state_throughout(store: Store) -> None:
    engine = make_engine(store.path)
    with engine.begin() as connection:
        before = connection.scalar(text("SELECT count(*) FROM feeds"))
        store.save_feed(feed())
        assert connection.scalar(text("SELECT count(*) FROM feeds")) == before
    engine.dispose()


def test_a_writer_that_waits_too_long_gives_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with (
        Store.open(store.path) as hasty,
        closing(sqlite3.connect(store.path, isolation_level=None)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"database is locked; wait until the other process"):
            hasty.save_feed(feed())
        writer.execute("ROLLBACK")
        hasty.save_feed(feed())


def test_a_newer_schema_is_refused(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer halfminute \(schema 9999.*; upgrade halfminute"):
        Store.open(store.path)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="of another program; name another file"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder, not a database; name a file"):
        Store.open(tmp_path)


def test_a_file_in_the_way_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(StoreError, match=r"halfminute\.db: .*; make the file and its folder"):
        Store.open(tmp_path / "home" / "halfminute.db")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "halfminute.db"
    path.write_bytes(b"<!doctype html>" * 1000)
    with pytest.raises(StoreError, match="file is not a database; move the file away"):
        Store.open(path)
    assert path.read_bytes() == b"<!doctype html>" * 1000


def test_a_damaged_file_is_refused(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "halfminute.db"
    sound = template.read_bytes()
    path.write_bytes(sound[:100] + b"\xff" * (len(sound) - 100))
    with pytest.raises(StoreError, match="malformed; move the file away"):
        Store.open(path)


def test_a_place_without_permission_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)

    def refused() -> None:
        with pytest.raises(StoreError, match="; make the file and its folder writable"):
            Store.open(folder / "halfminute.db")

    assert as_ordinary_user(refused) == 0


def as_ordinary_user(check: Callable[[], None]) -> int:
    """Run `check` in a child that is not root, whom no permission binds; return its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            check()
            code = 0
        except BaseException:  # noqa: BLE001 (a forked child must never return to pytest)
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        (datetime(2026, 11, 16), "a moment needs a time zone; report this line"),  # noqa: DTZ001
        (datetime(1, 1, 1, tzinfo=timezone(DAY / 2)), "out of range; report this line"),
    ],
)
def test_a_moment_that_is_none_in_utc_is_refused(
    store: Store, moment: datetime, message: str
) -> None:
    with pytest.raises(StoreError, match=message):
        store.article_ids_between(moment, NOW)


def test_a_text_that_is_no_unicode_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="surrogates"):
        store.save_article(article("a-1"), revision("a-1", "half a pair: \ud83d"))
    assert store.counts()["articles"] == 0


def test_errors_do_not_repeat_what_was_to_be_stored(store: Store) -> None:
    secret = "https://example.org/feed?token=secret"
    orphan = article("a-1").model_copy(update={"url": secret, "feed_id": "f-unknown"})
    with pytest.raises(StoreError) as caught:
        store.save_article(orphan, revision("a-1"))
    assert "secret" not in str(caught.value)
    assert str(store.path) in str(caught.value)


WRITES: dict[str, Callable[[Store], object]] = {
    "save_feed": lambda store: store.save_feed(feed()),
    "add_feed_url": lambda store: store.add_feed_url("f-1", "https://b.example", "b.example"),
    "save_feed_fetch": lambda store: store.save_feed_fetch(
        "f-1",
        state=FetchState(failures=2),
        title="The Example",
        entries=[Entry(feed_id="f-1", entry_key="1", published=NOW)],
    ),
    "save_page": lambda store: store.save_page(
        page("p-1"), article=article("a-1", published=NOW), revision=revision("a-1", "New.")
    ),
    "save_article": lambda store: store.save_article(article("a-4"), revision("a-4")),
    "save_stories": lambda store: store.save_stories(
        [story("s-1", "a-2", "a-1")],
        [Decision(at=NOW, kind="joined", story_id="s-1", article_id="a-2", why="one deal")],
    ),
    "save_edit": lambda store: store.save_edit(
        Edit.make(1, NOW, Retitle(article_id="a-1", title="Mine")), [story("s-1", "a-1", "a-2")]
    ),
    "save_profiles": lambda store: store.save_profiles(
        [stored_profile("a-1", keys=(1, 2))], {"a-1": ["deal", "@brightmoor"]}
    ),
    "save_withholdings": lambda store: store.save_withholdings(
        [Withholding(subject_id="a-3", reason="thin", detail="12 words")]
    ),
    "clear_withholding": lambda store: store.clear_withholding("a-2"),
    "save_vectors": lambda store: store.save_vectors("article", "m", {"a": np.ones((1, 2), "f4")}),
    "prune_vectors": lambda store: store.prune_vectors("sentences", NOW + DAY),
    "save_drafts": lambda store: store.save_drafts({"key": "draft"}),
    "save_scores": lambda store: store.save_scores("likelihood", {"key": -1.5}),
    "save_brief": lambda store: store.save_brief("s-1", "2026-W47", "inputs", "{}"),
    "save_digest": lambda store: store.save_digest("2026-W47", "sha", NOW, "{}"),
}


@pytest.mark.parametrize("name", WRITES)
def test_doing_a_write_again_changes_nothing(store: Store, clock: Clock, name: str) -> None:
    store.save_feed(feed())
    save_articles(store, "a-1", "a-2", "a-3")
    store.save_stories([story("s-1", "a-1"), story("s-2", "a-2")])
    store.save_withholdings([Withholding(subject_id="a-2", reason="thin", detail="3 words")])
    store.save_vectors("sentences", "m", {"a": np.ones((1, 2), "f4")})
    before = rows(store.path)
    WRITES[name](store)
    once = rows(store.path)
    assert (once == before) == (name == "save_feed")  # a known feed, as it is
    clock.now += 3 * DAY
    WRITES[name](store)
    assert rows(store.path) == once


def test_every_write_is_among_those_done_twice() -> None:
    writers = ("save_", "add_", "clear_", "prune_")
    public = {name for name, _ in inspect.getmembers(Store) if name.startswith(writers)}
    assert public == set(WRITES)
