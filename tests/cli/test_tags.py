"""`halfminute tags` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import NOW, Run, assert_usage_error


@pytest.fixture
def slug(halfminute: Run, reports: tuple[str, ...]) -> str:
    """Publish a digest and return one of its tags."""
    assert halfminute("ingest", *reports, "--no-brief", "--now", NOW).code == 0
    assert halfminute("digest", "--now", NOW).code == 0
    return str(json.loads(halfminute("tags", "--json").out)[0]["slug"])


def test_all_tags_are_listed_with_counts(halfminute: Run, slug: str) -> None:
    done = halfminute("tags")
    assert (done.code, done.err) == (0, "")
    assert f"#{slug} " in done.out
    (first, *_) = json.loads(halfminute("tags", "--json").out)
    assert set(first) == {"slug", "name", "kind", "told", "trend"}


def test_a_kind_can_be_listed_alone(halfminute: Run, slug: str) -> None:
    kinds = [tag["kind"] for tag in json.loads(halfminute("tags", "--json").out)]
    listed = json.loads(halfminute("tags", "--kind", kinds[0], "--json").out)
    assert len(listed) == kinds.count(kinds[0])
    assert json.loads(halfminute("tags", "--kind", "nonsense", "--json").out) == []


def test_a_tag_has_its_stories_week_by_week(halfminute: Run, slug: str) -> None:
    plain, marked = halfminute("tags", slug), halfminute("tags", f"#{slug}")
    assert (plain.code, plain.out) == (0, marked.out)
    page = json.loads(halfminute("tags", slug, "--json").out)
    story = page["weeks"][0]["stories"][0]
    assert story["story_id"] in plain.out
    assert story["status"] in plain.out


def test_an_unknown_tag_is_a_usage_error(halfminute: Run, slug: str) -> None:
    assert_usage_error(halfminute("tags", "no-such-tag-at-all"), "no-such-tag-at-all")


def test_an_empty_home_is_a_usage_error(halfminute: Run, tmp_path: Path) -> None:
    assert_usage_error(halfminute("--home", str(tmp_path / "none"), "tags"), "none")
