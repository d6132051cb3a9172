"""The database file: connections, transactions, migrations, and its failures in plain words.

SQLite in WAL mode with `synchronous=NORMAL`. Killing the process (`kill -9`) loses no committed
transaction. A crash of the whole machine, or its power, can lose the last ones but corrupts
nothing, and a rerun fetches them again; `FULL` would add a disk flush to every write.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool

from pipeline.errors import StoreError
from pipeline.store.tables import SCHEMA_REVISION

BUSY_SECONDS = 10.0
"""How long a statement waits for another writer. Fifty times the largest write there is: a feed of
10 MB in 500 entries took 0.2 s on two busy cores; a page takes some milliseconds."""

_BEGIN = "halfminute_begin"
_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_migrating = threading.Lock()
"""Alembic keeps its context in module globals: one migration at a time in a process."""

_RESTORE = "move the file away and run again, or put a copy of it back"
_MENDS = {
    sqlite3.SQLITE_BUSY: "wait until the other process is done, then run again",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable, or use another --home",
    sqlite3.SQLITE_CANTOPEN: "make the file and its folder writable, or use another --home",
    sqlite3.SQLITE_IOERR: "check the disk and its free space, then run again",
    sqlite3.SQLITE_FULL: "free some disk space, then run again",
    sqlite3.SQLITE_CORRUPT: _RESTORE,
    sqlite3.SQLITE_NOTADB: _RESTORE,
}
_REPORT = "report this line: it is a bug in halfminute"


def utc_now() -> datetime:
    """Return the wall clock's time."""
    return datetime.now(UTC)


class Database:
    """An open database file. Threads may share it; each call is one transaction of its own."""

    def __init__(self, path: Path, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.path = path
        self._engine = engine
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the database at `path`, making it or bringing it up to date where needed.

        Several processes and threads may do so at once. `clock` dates the use of cached vectors,
        which is about disk space and must not follow a run's `now`; nothing published sees it.

        Raises:
            StoreError: a folder, not a database, of another program or a newer version, corrupt,
                or not writable.
        """
        with explained(path):
            if path.is_dir():
                raise StoreError(str(path), "is a folder, not a database", "name a file")
            path.parent.mkdir(parents=True, exist_ok=True)
            migrate(path)
        return cls(path, make_engine(path), clock)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database throughout."""
        with explained(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Yield a connection that is the only writer; all it did is kept, or none on an error."""
        with explained(self.path), self._writer.begin() as connection:
            yield connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the driver or the file system raises about `path` into a StoreError."""
    try:
        yield
    except (StatementError, sqlite3.Error) as error:
        # Only the driver's own words: SQLAlchemy's message would repeat the row with its texts.
        cause = error.orig if isinstance(error, StatementError) else error
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary code
        raise StoreError(str(path), str(cause), _MENDS.get(code, _REPORT)) from error
    except PoolTimeoutError as error:
        raise StoreError(str(path), str(error), "use fewer workers") from error
    except UnicodeEncodeError as error:
        raise StoreError(
            str(path), f"cannot store a text ({error.reason})", "drop its lone surrogates first"
        ) from error
    except OSError as error:
        raise StoreError(
            str(path), error.strerror or str(error), _MENDS[sqlite3.SQLITE_CANTOPEN]
        ) from error


def make_engine(path: Path, *, foreign_keys: bool = True, pooled: bool = True) -> Engine:
    """Return an engine whose transactions start with what `execution_options` ask for."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # None: the driver starts no transactions of its own, `begin` below does.
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        **({} if pooled else {"poolclass": NullPool}),
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=NORMAL")
        # Else INSERT OR REPLACE would slip past the trigger that keeps revisions.
        connection.execute("PRAGMA recursive_triggers=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def migrate(path: Path) -> None:
    """Bring the database at `path` to SCHEMA_REVISION and to WAL mode, or find it there.

    The whole way is one exclusive transaction: another process waits, then finds the work done; a
    kill leaves the old state. Foreign keys are off meanwhile, because rebuilding a table drops it,
    which would delete what refers to it; they are checked before the end.

    Raises:
        StoreError: the file belongs to a newer version or to another program.
    """
    engine = make_engine(path, foreign_keys=False, pooled=False)
    with engine.begin() as connection:
        found = _schema_revision(connection, path)
    if found != SCHEMA_REVISION:
        exclusive = engine.execution_options(**{_BEGIN: "BEGIN EXCLUSIVE"})
        with _migrating, exclusive.begin() as connection:
            _upgrade(connection, path)
    with closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA journal_mode=WAL")


def _schema_revision(connection: Connection, path: Path) -> str | None:
    """Return the newest migration the file has seen, None for a new file."""
    tables = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    if "alembic_version" in tables:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if tables:
        raise StoreError(str(path), "is a database of another program", "name another file")
    return None


def _upgrade(connection: Connection, path: Path) -> None:
    """Run the migrations that are missing, in the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = _schema_revision(connection, path)
    if found is not None and found not in known:
        raise StoreError(
            str(path),
            f"was written by a newer halfminute (schema {found}, this one knows {SCHEMA_REVISION})",
            "upgrade halfminute, or use another --home",
        )
    command.upgrade(config, "head")
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise StoreError(str(path), f"table {broken[0]} refers to rows that are gone", _RESTORE)
