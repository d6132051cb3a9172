"""What the commands have in common: exit codes, options, the way to the store and the workshop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError
from pipeline.home import Home
from pipeline.options import RunOptions

if TYPE_CHECKING:
    from pipeline.assembly import Workshop
    from pipeline.store import Store

OK, FAILED, USAGE, PARTIAL = 0, 1, 2, 3

NowOption = Annotated[
    str | None, typer.Option("--now", metavar="ISO", help="Take this moment for now.")
]


@contextmanager
def open_workshop(given: RunOptions, *, models: bool = True) -> Iterator[Workshop]:
    """Open the workshop with progress bars; with `models` their names are looked up first.

    Raises:
        SettingsError: a setting makes no sense.
        ModelNotFoundError: there is no such model.
        StoreError: the home's database cannot be opened.
    """
    from pipeline.console import progress_bars
    from pipeline.local_models import resolve

    if models:  # a typing error is better told now than when all is fetched
        settings = given.settings()
        for name in (settings.models.encoder, settings.models.generator):
            resolve(name)
    with progress_bars() as progress, given.open(progress) as workshop:
        yield workshop


@contextmanager
def open_store(given: RunOptions) -> Iterator[Store]:
    """Open the store of a home that has one.

    Raises:
        UsageError: nothing was stored there yet.
        StoreError: the database cannot be opened.
    """
    from pipeline.store import Store

    home = Home(given.home)
    if not home.database.is_file():
        raise UsageError(str(home.path), "nothing is stored here yet", "run halfminute run first")
    with Store.open(home.database) as store:
        yield store
