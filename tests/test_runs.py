"""What the command line and the flows share: a workshop, and the steps of a run in it."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline import assembly
from pipeline.assembly import Workshop, open_workshop, torch_version
from pipeline.brief.support import SupportHead
from pipeline.errors import AdapterError, StoreError
from pipeline.feed_list import FeedLine
from pipeline.home import Home
from pipeline.publish import digest as files
from pipeline.runs import (
    brief_once,
    ingest_once,
    place_articles,
    publish_week,
    refresh,
    subscribe,
    week_of,
)
from pipeline.settings import Settings
from pipeline.weeks import IsoWeek
from tests.fakes import NOW, FakeEncoder, FakeGenerator, FakeReader, make_page
from tests.servers import LoopbackServer, Reply, Request, page
from tests.stages.stories import LEASE_CHIP, LEASE_STACK
from tests.stages.world import SURFACE_ONLY, Entry, atom, settings

WEEK = IsoWeek(2026, 46)
LEASES = {
    "/chip": (LEASE_CHIP, "2026-11-10T13:30:00Z"),
    "/stack": (LEASE_STACK, "2026-11-10T19:15:00Z"),
}


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give fakes for models; the list says which were loaded, in order."""
    loaded: list[str] = []

    def load_encoder(name: str, *_: object, **__: object) -> FakeEncoder:
        loaded.append(name)
        return FakeEncoder(SURFACE_ONLY)

    def load_generator(name: str, *_: object, **__: object) -> FakeGenerator:
        loaded.append(name)
        return FakeGenerator()

    def load_reader(*_: object, **__: object) -> FakeReader:
        loaded.append("reader")
        return FakeReader(sha256=SupportHead.shipped().reader_sha256)

    monkeypatch.setattr(assembly, "load_encoder", load_encoder)
    monkeypatch.setattr(assembly, "load_reader", load_reader)
    monkeypatch.setattr(assembly, "load_generator", load_generator)
    return loaded


@contextmanager
def opened(
    folder: Path, server: LoopbackServer | None = None, given: Settings | None = None
) -> Iterator[Workshop]:
    route = {"paper.example": (server.host, server.port)} if server else {}
    with open_workshop(
        Home(folder / "home"), given or settings(), folder / "cache", route=route
    ) as workshop:
        yield workshop


@pytest.fixture
def paper(server: LoopbackServer) -> LoopbackServer:
    """Serve paper.example, whose feed has two reports on one event."""
    entries = []
    for path, (told, published) in LEASES.items():
        server.routes[path] = page(make_page(told.revision.title, *told.revision.text.split("\n")))
        entries.append(
            Entry(f"http://paper.example{path}", title=told.revision.title, published=published)
        )
    server.routes["/feed"] = page(atom(entries, "The Paper"), "application/atom+xml")
    return server


def test_a_home_says_where_its_files_are() -> None:
    home = Home(Path("/somewhere"))
    assert home.database == Path("/somewhere/halfminute.db")
    assert home.settings_file == Path("/somewhere/halfminute.toml")
    assert home.feeds_file == Path("/somewhere/feeds.toml")
    assert home.digest("2026-W46") == Path("/somewhere/digests/2026-W46.json")


def test_opening_makes_the_home_and_loads_no_model(tmp_path: Path, fake_models: list[str]) -> None:
    with opened(tmp_path) as workshop:
        assert workshop.home.database.is_file()
        assert workshop.store.counts()["articles"] == 0
    assert fake_models == []


def test_a_model_is_loaded_once_under_its_configured_name(
    tmp_path: Path, fake_models: list[str]
) -> None:
    given = settings(models={"generator": "my-writer", "encoder": "my-reader"})
    with opened(tmp_path, given=given) as workshop:
        assert workshop.writing is workshop.writing
        assert workshop.writing.reading is workshop.reading
        assert workshop.writing.batch_size == given.models.batch_size
    assert sorted(fake_models) == ["my-reader", "my-writer", "reader"]


def test_a_run_goes_on_with_the_base_where_the_adapter_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = {"my-base": FakeGenerator(), "another": FakeGenerator()}

    def load_generator(name: str, *_: object, **__: object) -> FakeGenerator:
        if name == "my-writer":
            raise AdapterError(name, "is damaged", "reinstall", base="my-base")
        return whole[name]

    monkeypatch.setattr(assembly, "load_generator", load_generator)
    with opened(tmp_path, given=settings(models={"generator": "my-writer"})) as workshop:
        assert workshop.models.generator is workshop.models.generator is whole["my-base"]
    assert capfd.readouterr().err == (
        "halfminute: my-writer: is damaged; reinstall; going on with my-base\n"
    )
    with opened(tmp_path, given=settings(models={"generator": "another"})) as workshop:
        assert workshop.models.generator is whole["another"]
    assert capfd.readouterr().err == ""


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="another --home"), opened(tmp_path):
        pass


def test_the_version_of_torch_is_without_its_build() -> None:
    assert torch_version() == version("torch").partition("+")[0]


@pytest.mark.parametrize(("zone", "week"), [("UTC", "2026-W46"), ("Europe/Berlin", "2026-W47")])
def test_this_week_depends_on_the_zone(tmp_path: Path, zone: str, week: str) -> None:
    sunday_night = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    with opened(tmp_path, given=settings(digest={"timezone": zone})) as workshop:
        assert str(week_of(workshop, sunday_night)) == week


def test_a_run_from_feeds_to_digest_and_once_more(
    tmp_path: Path, paper: LoopbackServer, fake_models: list[str]
) -> None:
    """With the real fetcher and extractor; the second run starts from the first one's home."""
    texts = []
    for _ in range(2):
        with opened(tmp_path, paper) as workshop:
            feeds = subscribe(workshop, [FeedLine(url="http://paper.example/feed")], NOW)
            report = refresh(workshop, feeds, NOW)
            assert (len(report.article_ids), report.failures) == (2, ())
            path = publish_week(workshop, WEEK, NOW)
            assert path == workshop.home.digest("2026-W46")
            texts.append(path.read_bytes())
    assert texts[0] == texts[1]
    (story,) = files.read(texts[0].decode(), label="x").stories
    assert {source.url for source in story.sources} == {
        "http://paper.example/chip",
        "http://paper.example/stack",
    }
    assert {source.source for source in story.sources} == {"The Paper"}
    assert paper.paths().count("/chip") == 1


def test_a_digest_can_be_written_elsewhere(tmp_path: Path, fake_models: list[str]) -> None:
    with opened(tmp_path) as workshop:
        path = publish_week(workshop, WEEK, NOW, tmp_path / "out.json")
        assert path == tmp_path / "out.json"
        assert workshop.store.digest("2026-W46") == path.read_text(encoding="utf-8")
        assert not workshop.home.digest("2026-W46").exists()


def test_one_off_sources_go_through_to_their_briefs(tmp_path: Path, fake_models: list[str]) -> None:
    paths = []
    for path, (told, _) in LEASES.items():
        paths.append(tmp_path / f"{path[1:]}.txt")
        paths[-1].write_text(f"{told.revision.title}\n\n{told.revision.text}", encoding="utf-8")
    with opened(tmp_path) as workshop:
        report = ingest_once(workshop, [str(p) for p in paths], NOW, io.BytesIO())
        assert fake_models == []
        (brief,) = brief_once(workshop, report.article_ids, NOW)
        assert place_articles(workshop, NOW) == []
    assert len(brief.sources) == 2


def test_ending_a_run_early_leaves_out_what_has_not_begun(
    tmp_path: Path, server: LoopbackServer
) -> None:
    """Ctrl-C must not wait until every page of a hundred was fetched."""
    entries = [Entry(f"http://paper.example/{n}", title=f"Page {n}") for n in range(100)]
    server.routes["/feed"] = page(atom(entries), "application/atom+xml")

    def slow(_: Request) -> Reply:
        time.sleep(0.05)
        return Reply(status=404)

    server.routes.update({f"/{n}": slow for n in range(100)})

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "pages":
            raise KeyboardInterrupt

    given = settings(ingest={"per_host": 1})
    with opened(tmp_path, server, given) as workshop:
        feeds = subscribe(workshop, [FeedLine(url="http://paper.example/feed")], NOW)
        impatient = Workshop(
            workshop.home,
            given,
            workshop.store,
            workshop.cache,
            route=workshop.route,
            progress=interrupt,
        )
        with pytest.raises(KeyboardInterrupt):
            refresh(impatient, feeds, NOW)
    assert len(server.requests) < 50
