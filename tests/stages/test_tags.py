from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.publish.digest import render
from pipeline.publish.tag_pages import TagPage
from pipeline.schema import Digest, Tag
from pipeline.stages.tags import find_page, published_pages, write_pages
from pipeline.store import Store
from pipeline.weeks import IsoWeek
from tests.fakes import NOW
from tests.publish.samples import make_brief, make_digest


def digest_with(*slugs: str, number: int = 46) -> Digest:
    tags = [Tag(slug=slug, name=slug, kind="topic") for slug in slugs]
    return make_digest(make_brief(tags=tags), week=IsoWeek(2026, number))


def publish(store: Store, digest: Digest, sha256: str) -> None:
    store.save_digest(digest.week, sha256, NOW, render(digest))


def test_the_folder_holds_a_page_a_tag_and_only_changes_are_written(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "tags"
    publish(store, digest_with("energy", "law"), "1" * 64)
    assert write_pages(store, folder) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["energy.json", "law.json"]
    page = TagPage.model_validate_json((folder / "law.json").read_text(encoding="utf-8"))
    assert page.weeks[0].stories[0].title == "Brightmoor leases its hall"
    assert write_pages(store, folder) == 0


def test_a_tag_that_a_new_issue_no_longer_has_loses_its_page(store: Store, tmp_path: Path) -> None:
    publish(store, digest_with("energy", "law"), "1" * 64)
    write_pages(store, tmp_path / "tags")
    publish(store, digest_with("energy"), "2" * 64)
    assert write_pages(store, tmp_path / "tags") == 1
    assert [path.name for path in (tmp_path / "tags").iterdir()] == ["energy.json"]


@pytest.mark.parametrize("typed", ["law", "#law", "LAW", " law "])
def test_a_tag_is_found_however_it_is_typed(store: Store, typed: str) -> None:
    publish(store, digest_with("energy", "law"), "1" * 64)
    assert find_page(published_pages(store), typed).slug == "law"


def test_a_tag_that_nobody_has_gets_the_nearest_one_named(store: Store) -> None:
    publish(store, digest_with("energy"), "1" * 64)
    with pytest.raises(UsageError, match="did you mean energy"):
        find_page(published_pages(store), "#enrgy")


def test_without_digests_there_are_no_pages(store: Store, tmp_path: Path) -> None:
    assert write_pages(store, tmp_path / "tags") == 0
