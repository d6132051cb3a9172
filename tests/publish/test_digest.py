from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.canonical import canonical_json
from pipeline.errors import StoreError
from pipeline.publish.digest import digest_tags, inputs_sha256, read, render, write
from pipeline.schema import StoryBrief, Tag, Withheld
from pipeline.weeks import IsoWeek
from tests.publish.samples import (
    make_action,
    make_brief,
    make_claim,
    make_digest,
    make_source,
)

SCHEMA = Path(__file__).resolve().parents[2] / "data" / "digest.schema.json"
SENTENCES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def full_brief(story_id: str = "s-1", text: str = "Brightmoor pays $40 million.") -> StoryBrief:
    return make_brief(
        story_id,
        title=text,
        hook=make_claim(text, claim_id="c-hook"),
        what_changed=[make_claim(text, "a-1", "a-2")],
        why_it_matters=[make_claim(text, basis="written")],
        actions=[make_action(text)],
        takeaways=[make_claim(text, basis="condensed")],
        technical=[make_claim(text)],
        implications=[make_claim(text)],
        tags=[Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")],
        sources=[make_source("a-1"), make_source("a-2", published=None, url=None)],
    )


def test_the_text_is_canonical_json() -> None:
    text = render(make_digest(full_brief(text="Ümläute “quoted” – 漢字")))
    assert text == canonical_json(json.loads(text))
    assert text.endswith("}\n")
    assert "Ümläute “quoted” – 漢字" in text
    assert text.startswith('{\n  "corrections": []')


@settings(max_examples=30)
@given(st.lists(SENTENCES, max_size=3))
def test_what_was_written_is_read_back(texts: list[str]) -> None:
    digest = make_digest(*(full_brief(f"s-{n}", text) for n, text in enumerate(texts)))
    assert read(render(digest), label="x") == digest
    assert render(read(render(digest), label="x")) == render(digest)


@settings(max_examples=30)
@given(st.lists(SENTENCES, max_size=2))
def test_another_validator_finds_nothing_wrong(
    validator: jsonschema.Draft202012Validator, texts: list[str]
) -> None:
    digest = make_digest(
        *(full_brief(f"s-{n}", text) for n, text in enumerate(texts)),
        make_brief("s-empty"),
        withheld=[Withheld(story_id="s-9", reason="cap", detail="beyond")],
    )
    validator.validate(json.loads(render(digest)))


def test_properties_that_a_later_minor_version_adds_are_allowed(
    validator: jsonschema.Draft202012Validator,
) -> None:
    document = json.loads(render(make_digest(full_brief())))
    extend(document)
    document["schema_version"] = "1.9.0"
    validator.validate(document)
    assert read(json.dumps(document), label="x").stories[0].id == "s-1"


def extend(part: Any) -> None:
    """Add a property to every object of the file but those whose keys are names."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name not in {"checks", "scores", "counts"}:
                extend(value)
        part["x_later"] = {"any": ["thing"]}
    elif isinstance(part, list):
        for element in part:
            extend(element)


@pytest.mark.parametrize(
    "path",
    [
        ("stories", 0, "tldr"),
        ("stories", 0, "title", "citation", "quote"),
        ("stories", 0, "tldr", "what_changed", "claims", 0, "citations"),
        ("generator", "settings_sha256"),
        ("inputs_sha256",),
    ],
)
def test_a_file_that_lacks_a_part_is_refused_by_the_schema_and_by_us(
    validator: jsonschema.Draft202012Validator, path: tuple[str | int, ...]
) -> None:
    document = json.loads(render(make_digest(full_brief())))
    *parents, name = path
    part = document
    for step in parents:
        part = part[step]
    del part[name]
    assert not validator.is_valid(document)
    with pytest.raises(StoreError) as caught:
        read(json.dumps(document), label="2026-W46.json")
    assert "2026-W46.json" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"schema_version": 1}', "\x00"])
def test_what_is_no_digest_is_named(text: str) -> None:
    with pytest.raises(StoreError, match=r"^2026-W46\.json: is not a digest file"):
        read(text, label="2026-W46.json")


def test_a_file_of_another_major_version_is_refused() -> None:
    later = make_digest().model_copy(update={"schema_version": "2.0.0"})
    with pytest.raises(StoreError, match=r"has schema 2\.0\.0"):
        read(render(later), label="x")


def test_a_week_is_stated_as_instants_of_its_zone() -> None:
    digest = make_digest(week=IsoWeek(2026, 43), timezone="Europe/Berlin")
    assert (digest.id, digest.week, digest.timezone) == ("2026-W43", "2026-W43", "Europe/Berlin")
    # the clock goes back on Sunday of that week, which is an hour longer
    assert (digest.period.start, digest.period.end) == (
        "2026-10-18T22:00:00Z",
        "2026-10-25T23:00:00Z",
    )


def test_the_time_is_stated_in_utc_whatever_zone_it_comes_in() -> None:
    now = datetime.fromisoformat("2026-11-16T06:00:00.75+02:00")
    assert make_digest(now=now).generated_at == "2026-11-16T04:00:00Z"


@given(st.permutations(range(5)), st.permutations(range(5)))
def test_the_hash_of_the_inputs_depends_on_no_order(one: list[int], other: list[int]) -> None:
    def briefs(order: list[int]) -> list[StoryBrief]:
        return [
            make_brief(f"s-{n}", sources=[make_source(f"a-{n}"), make_source(f"a-{n + 1}")])
            for n in order
        ]

    def turned(order: list[int]) -> list[StoryBrief]:
        return [b.model_copy(update={"sources": b.sources[::-1]}) for b in briefs(order)]

    assert inputs_sha256(briefs(one)) == inputs_sha256(turned(other))


def test_the_hash_of_the_inputs_tells_revisions_apart() -> None:
    def of(**changes: str) -> str:
        return inputs_sha256([make_brief(sources=[make_source("a-1", **changes)])])

    assert of() == of(title="Another title", url="https://other.example/")
    assert of() != of(text_sha256="1" * 64)
    assert of() != inputs_sha256([make_brief(sources=[make_source("a-2")])])


def test_tags_list_their_stories_in_rank_order() -> None:
    gpu = Tag(slug="gpu", name="GPU", kind="topic")
    product = Tag(slug="gpu", name="GPU", kind="product")
    atom = Tag(slug="atom", name="Atom", kind="org")
    tags = digest_tags(
        [make_brief("s-9", tags=[gpu, product]), make_brief("s-1", tags=[atom, gpu])]
    )
    assert [(tag.slug, tag.kind, tag.story_ids) for tag in tags] == [
        ("atom", "org", ["s-1"]),
        ("gpu", "product", ["s-9"]),
        ("gpu", "topic", ["s-9", "s-1"]),
    ]


@given(st.permutations(range(4)))
def test_what_is_withheld_is_listed_in_one_order(order: list[int]) -> None:
    reasons = [
        Withheld(story_id="s-1", reason="cap", detail="beyond"),
        Withheld(story_id="s-1", reason="unverified", detail="two sentences"),
        Withheld(article_id="a-1", reason="thin", detail="3 words"),
        Withheld(article_id="a-2", reason="language", detail="de"),
    ]
    assert make_digest(withheld=[reasons[n] for n in order]) == make_digest(withheld=reasons)


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "digests" / "2026-W46.json"
    assert write(make_digest(), path) == path
    digest = make_digest(full_brief())
    write(digest, path)
    assert path.read_bytes() == render(digest).encode("utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["2026-W46.json"]


def test_a_write_that_fails_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "2026-W46.json"
    write(make_digest(), path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.canonical.os.fsync", full)
    with pytest.raises(StoreError, match="No space left on device") as caught:
        write(make_digest(full_brief()), path)
    assert caught.value.subject == str(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["2026-W46.json"]


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for path in (tmp_path / "file" / "digest.json", tmp_path):
        with pytest.raises(StoreError) as caught:
            write(make_digest(), path)
        assert caught.value.subject == str(path)
        assert "--out" in caught.value.mend
