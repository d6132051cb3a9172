from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline import schema
from pipeline.canonical import canonical_json
from pipeline.schema import (
    SCHEMA_VERSION,
    Action,
    ActionSection,
    Citation,
    Claim,
    Comparison,
    ComparisonColumn,
    ComparisonRow,
    Correction,
    Digest,
    DigestTag,
    Disagreement,
    DisagreementSide,
    Earlier,
    FeedHealth,
    Generator,
    GeneratorModel,
    Headline,
    Health,
    Insight,
    Period,
    PromptRef,
    Related,
    RelatedUpdate,
    RevisionRef,
    SchemaModel,
    Section,
    Source,
    StoryBrief,
    Support,
    Tag,
    Timeline,
    TimelineEntry,
    Tldr,
    Withheld,
    digest_json_schema,
)

PUBLISHED = Path(__file__).resolve().parent.parent / "data" / "digest.schema.json"
SHA = "0" * 64
MAPS = {"checks", "scores", "counts"}
"""Properties whose keys are names, not properties of the format."""

MODELS = [
    value
    for value in vars(schema).values()
    if isinstance(value, type) and issubclass(value, SchemaModel) and value is not SchemaModel
]


def citation() -> Citation:
    return Citation(
        article_id="a-1",
        text_sha256=SHA,
        field="text",
        quote="Brightmoor pays $40 million.",
        start=0,
        end=28,
        url="https://example.com/1#:~:text=Brightmoor",
    )


def claim_fields(claim_id: str) -> dict[str, Any]:
    return {
        "id": claim_id,
        "text": "Brightmoor pays $40 million.",
        "basis": "quoted",
        "citations": [citation()],
        "support": Support(score=1.0, checks={"numbers": "pass", "negation": "n/a"}),
    }


def story() -> StoryBrief:
    """Return a story in which every part of the format occurs."""
    earlier = Earlier(text="Brightmoor pays $30 million.", citations=[citation()])
    claim = Claim(**claim_fields("c-1"), previously=earlier)
    action = Action(
        **claim_fields("c-2"), audience="tenants", deadline="2026-12-01", because=["c-1"]
    )
    dated = TimelineEntry(**claim_fields("c-3"), date="2026-11", precision="month")
    related = RelatedUpdate(story_id="s-2", title="Rent", via="gpu-shortage", url=None)
    return StoryBrief(
        id="s-1",
        slug="brightmoor-pays",
        title=Headline(text="Brightmoor pays", citation=citation()),
        hook=claim,
        status="new",
        first_seen="2026-11-16T06:00:00Z",
        last_updated="2026-11-16T06:00:00Z",
        rank=1,
        scores={"total": 0.5},
        tldr=Tldr(
            what_changed=Section(claims=[claim]),
            why_it_matters=Section(claims=[], reason="no source says why"),
            what_to_do_next=ActionSection(claims=[action]),
        ),
        insight=Insight(
            key_takeaways=Section(claims=[claim]),
            comparison=Comparison(
                columns=[ComparisonColumn(entity="Brightmoor"), ComparisonColumn(entity="Corvane")],
                rows=[ComparisonRow(attribute="rent", cells=[claim, {"not_stated": True}])],
            ),
            technical=Section(claims=[], reason="no technical detail"),
            implications=Section(claims=[claim]),
            timeline=Timeline(claims=[dated]),
        ),
        disagreements=[
            Disagreement(
                attribute="rent",
                sides=[
                    DisagreementSide(value="$40 million", unit="USD", origin="a-1", claim=claim)
                ],
            )
        ],
        tags=[Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")],
        related=Related(same_topic=[related], same_product=[], same_source=[]),
        sources=[
            Source(
                article_id="a-1",
                text_sha256=SHA,
                title="Brightmoor pays",
                source="Example",
                origin="a-1",
                url="https://example.com/1",
                published="2026-11-16",
                first_seen="2026-11-16T06:00:00Z",
            )
        ],
        revisions=[RevisionRef(article_id="a-1", text_sha256=SHA)],
    )


def digest() -> Digest:
    return Digest(
        schema_version=SCHEMA_VERSION,
        id="2026-W47",
        week="2026-W47",
        timezone="UTC",
        period=Period(start="2026-11-16T00:00:00Z", end="2026-11-23T00:00:00Z"),
        generated_at="2026-11-23T06:00:00Z",
        generator=Generator(
            name="halfminute",
            version="0.1.0",
            dtype="float32",
            device="cpu",
            torch="2.13.0",
            models=[GeneratorModel(role="generator", id="smollm2-135m-instruct", sha256=SHA)],
            prompts=[PromptRef(name="hook", sha256=SHA)],
            settings_sha256=SHA,
        ),
        inputs_sha256=SHA,
        stories=[story()],
        tags=[DigestTag(slug="gpu-shortage", name="GPU", kind="topic", story_ids=["s-1"])],
        corrections=[
            Correction(
                story_id="s-1",
                claim_id="c-0",
                was="$4 million",
                now="$40 million",
                citations=[citation()],
                date="2026-11-17",
            )
        ],
        withheld=[Withheld(article_id="a-2", reason="thin", detail="12 words")],
        health=Health(
            feeds=[
                FeedHealth(
                    feed_id="f-1",
                    title="Example",
                    url="https://example.com/feed",
                    status="ok",
                    last_ok=None,
                    entries=1,
                    pages_failed=0,
                )
            ]
        ),
        counts={"articles": 1},
    )


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def dumped() -> dict[str, Any]:
    return digest().model_dump(mode="json")


def with_unknown_properties(value: Any, name: str = "") -> Any:
    """Return `value` with a property of a later minor version added to every object."""
    if isinstance(value, list):
        return [with_unknown_properties(part) for part in value]
    if isinstance(value, dict) and name not in MAPS and value != {"not_stated": True}:
        return {
            "of_a_later_version": [1],
            **{key: with_unknown_properties(part, key) for key, part in value.items()},
        }
    return value


def test_the_published_schema_is_the_models_schema() -> None:
    """`make schema` writes it anew."""
    assert PUBLISHED.read_text(encoding="utf-8") == canonical_json(digest_json_schema())


def test_the_published_schema_is_valid_2020_12() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(published)


def test_a_digest_validates(validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(dumped())


def test_a_digest_reads_back_from_its_own_json() -> None:
    assert Digest.model_validate_json(canonical_json(dumped())) == digest()


def test_a_digest_with_properties_of_a_later_version_validates(
    validator: jsonschema.Draft202012Validator,
) -> None:
    validator.validate(with_unknown_properties(dumped()))


def test_a_reader_ignores_properties_of_a_later_version() -> None:
    assert Digest.model_validate(with_unknown_properties(dumped())) == digest()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_property_is_written_and_documented(model: type[SchemaModel]) -> None:
    """Optional ones too: a reader finds null, not a hole."""
    published = model.model_json_schema(mode="serialization")
    assert set(published["required"]) == set(published["properties"])
    for name, form in published["properties"].items():
        assert form.get("description"), f"{model.__name__}.{name} has no docstring"


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (["week"], "2026-47"),
        (["stories", 0, "rank"], 0),
        (["stories", 0, "status"], "fresh"),
        (["stories", 0, "hook", "basis"], "invented"),
        (["stories", 0, "hook", "citations"], []),
        (["stories", 0, "hook", "support", "score"], 1.5),
        (["stories", 0, "hook", "support", "checks"], {"numbers": "maybe"}),
        (["stories", 0, "hook", "citations", 0, "start"], -1),
        (["stories", 0, "hook", "citations", 0, "field"], "summary"),
        (["stories", 0, "insight", "comparison", "rows", 0, "cells", 1], {"not_stated": False}),
        (["stories", 0, "insight", "timeline", "claims", 0, "precision"], "week"),
        (["generator", "models", 0, "role"], "judge"),
    ],
)
def test_what_the_format_forbids_does_not_validate(
    validator: jsonschema.Draft202012Validator, place: list[Any], wrong: object
) -> None:
    changed = dumped()
    *path, last = place
    parent: Any = changed
    for step in path:
        parent = parent[step]
    parent[last] = wrong
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(changed)


@pytest.mark.parametrize("name", sorted(Digest.model_fields))
def test_no_property_of_a_digest_may_be_missing(
    validator: jsonschema.Draft202012Validator, name: str
) -> None:
    lacking = dumped()
    del lacking[name]
    with pytest.raises(jsonschema.ValidationError, match=name):
        validator.validate(lacking)


def test_a_story_may_have_no_hook(validator: jsonschema.Draft202012Validator) -> None:
    changed = dumped()
    changed["stories"][0]["hook"] = None
    validator.validate(changed)
