"""`halfminute edit` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish import digest as files
from pipeline.schema import Digest
from tests.cli.program import NOW, Run, assert_usage_error
from tests.stages.stories import HARVEST, LEASE_CHIP


@pytest.fixture
def digest(halfminute: Run, reports: tuple[str, ...], tmp_path: Path) -> Digest:
    """Return the published digest of one event in two files, and of another in one."""
    assert halfminute("ingest", *reports, "--no-brief", "--now", NOW).code == 0
    return written(halfminute)


def written(halfminute: Run) -> Digest:
    """Make the week's digest and read it."""
    done = halfminute("digest", "--now", NOW)
    assert (done.code, done.err) == (0, "")
    return files.read(Path(done.out.strip()).read_text(encoding="utf-8"), label="the digest")


def edited(halfminute: Run, *arguments: str) -> list[str]:
    """Return the fields of the line that an edit prints."""
    done = halfminute("edit", *arguments, "--now", NOW)
    assert (done.code, done.err) == (0, "")
    (line,) = done.out.splitlines()
    return line.split("\t")


def listed(halfminute: Run) -> list[dict[str, Any]]:
    """Return the log as JSON."""
    done = halfminute("edit", "list", "--json")
    assert (done.code, done.err) == (0, "")
    log = json.loads(done.out)
    assert isinstance(log, list)
    return log


def test_stories_are_merged_and_parted_again(halfminute: Run, digest: Digest) -> None:
    first, second = (story.id for story in digest.stories)
    edit_id, at, kind, story_id, detail = edited(halfminute, "merge", first, second[:10])
    assert (at, kind, story_id, detail) == (NOW, "merge", first, "2 stories joined")
    (merged,) = written(halfminute).stories
    assert [edit.id for edit in merged.edits] == [edit_id]
    assert edited(halfminute, "undo", edit_id)[2:] == ["undo", "-", f"took back {edit_id}"]
    assert {story.id for story in written(halfminute).stories} == {first, second}
    assert halfminute("edit", "list").out.splitlines()[0].endswith("\tundone")
    assert [(line["kind"], line["in_force"]) for line in listed(halfminute)] == [
        ("merge", False),
        ("undo", True),
    ]


def test_an_article_is_split_off(halfminute: Run, digest: Digest) -> None:
    (lease,) = [story for story in digest.stories if len(story.sources) == 2]
    parts = halfminute("edit", "ids", lease.id, "--json")
    articles = json.loads(parts.out)["articles"]
    assert set(articles) == {source.article_id for source in lease.sources}
    taken = min(articles)
    edit = edited(halfminute, "split", lease.slug, taken)
    assert edit[2:] == ["split", edit[3], "1 article taken out as another story"]
    assert edit[3] != lease.id
    assert len(written(halfminute).stories) == 3


def test_a_story_gets_a_headline_and_tags(halfminute: Run, digest: Digest) -> None:
    (harvest,) = [s for s in digest.stories if s.title.text == HARVEST.revision.title]
    assert edited(halfminute, "retitle", harvest.id, "Plums\x1b[31m!")[-1] == "Plums[31m!"
    edited(halfminute, "retag", harvest.id, "--add", "gpu-shortage", "--add", "org:Lindhaven Co")
    (story,) = [s for s in written(halfminute).stories if s.id == harvest.id]
    assert (story.title.text, story.title.edited) == ("Plums[31m!", True)
    assert {"gpu-shortage", "lindhaven-co"} <= {tag.slug for tag in story.tags}
    assert [edit.kind for edit in story.edits] == ["retitle", "retag"]
    assert "Plums[31m!" in halfminute("show", harvest.id).out


def test_a_claim_is_withheld_by_the_id_that_ids_prints(halfminute: Run, digest: Digest) -> None:
    (lease,) = [story for story in digest.stories if len(story.sources) == 2]
    claim = lease.tldr.what_changed.claims[0]
    lines = halfminute("edit", "ids", lease.id).out.splitlines()
    assert lines[0] == lease.id
    assert f"{claim.id}\t{claim.text}" in lines
    assert edited(halfminute, "withhold", claim.id[:9])[-1] == claim.text
    path = Path(halfminute("digest", "--now", NOW).out.strip())
    assert claim.text not in path.read_text(encoding="utf-8")


def test_without_edits_the_list_is_empty(halfminute: Run, digest: Digest) -> None:
    assert halfminute("edit", "list").out == ""
    assert listed(halfminute) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("merge s-unknown s-other", "s-unknown: is no story"),
        ("split s-unknown a-1", "s-unknown: is no story; see halfminute show"),
        ("retitle lindhaven-growers-expekt x", "did you mean lindhaven-growers-expect"),
        ("retag s-unknown --add x", "is no story"),
        ("withhold c-unknown", "is no published claim; see halfminute edit ids STORY"),
        ("undo e-unknown", "is no edit in force; see halfminute edit list"),
        ("ids s-unknown", "is no story"),
        ("merge", "STORY"),
        ("split s-1", "ARTICLE"),
        ("undo e-1 --now soon", "is not an ISO 8601 time"),
    ],
)
def test_what_is_not_there_is_named_in_one_line(
    halfminute: Run, digest: Digest, arguments: str, said: str
) -> None:
    assert_usage_error(halfminute("edit", *arguments.split()), said)
    assert listed(halfminute) == []


def test_before_anything_is_stored_there_is_nothing_to_edit(
    halfminute: Run, tmp_path: Path
) -> None:
    for command in ("list", "undo e-1", "withhold c-1"):
        done = halfminute("edit", *command.split())
        assert_usage_error(done, "nothing is stored here yet")
    assert not (tmp_path / "home").exists()


def test_what_is_followed_and_muted_is_read_from_the_settings(
    halfminute: Run, digest: Digest, tmp_path: Path
) -> None:
    config = tmp_path / "home" / "halfminute.toml"
    config.write_text('[reader]\nmute = ["plum harvest"]\nfollow = ["corvane labs"]\n')
    (story,) = written(halfminute).stories
    assert LEASE_CHIP.article.source
    assert story.scores["interest"] == 1.0
    config.write_text('[reader]\nmute = ["topic:plums"]\n')
    done = halfminute("digest", "--now", NOW)
    assert_usage_error(done, str(config), "reader.mute", "write #tag, source:NAME, or words alone")
