from __future__ import annotations

from typing import Any

import pytest

from evals.tags import Hits, LabelledEntry, metrics_of, name_hits, tags_of, topic_hits
from pipeline.protocols import no_progress
from pipeline.schema import Tag, TagKind
from tests.fakes import FakeEncoder


def tag(name: str, kind: TagKind, slug: str | None = None) -> Tag:
    return Tag(slug=slug or name.lower().replace(" ", "-"), name=name, kind=kind)


def entry(**labels: Any) -> LabelledEntry:
    return LabelledEntry.model_validate({"id": "e-1", "title": "t", "text": "x", **labels})


def test_names_meet_by_letters_and_digits_and_count_once() -> None:
    hits = name_hits(
        ["vx-9", "VX 9", "brightmoor"],
        [tag("VX9", "product"), tag("Corvane", "org")],
    )
    assert hits == Hits(right=1, given=2, found=1, wanted=2)


@pytest.mark.parametrize(
    ("label", "slug", "name", "meets"),
    [
        ("reasoning", "reasoning-models", "Reasoning models", True),
        ("open-weight-model-releases", "releases", "Model releases", True),
        ("reason", "reasoning-models", "Reasoning models", False),
        ("models-reasoning", "reasoning-models", "Reasoning models", False),
        ("speech-output", "speech", "Voices", True),
    ],
)
def test_topics_meet_by_a_run_of_whole_words(label: str, slug: str, name: str, meets: bool) -> None:
    hits = topic_hits([label], [tag(name, "topic", slug)])
    assert hits == Hits(right=int(meets), given=1, found=int(meets), wanted=1)


def test_metrics_are_micro_averaged_over_rows() -> None:
    rows = [entry(companies=["brightmoor"], topics=["robotics"]), entry(companies=["corvane"])]
    tags = [[tag("Brightmoor", "org"), tag("Space", "topic")], [tag("Tarnhelm", "org")]]
    metrics = metrics_of(rows, tags)
    assert metrics["precision_names"] == metrics["recall_names"] == metrics["f1_names"] == 0.5
    assert metrics["f1_topics"] == 0.0
    assert metrics["f1"] == 0.25
    assert (metrics["names_a_row"], metrics["topics_a_row"]) == (1.0, 0.5)


def test_what_no_row_labels_is_null() -> None:
    metrics = metrics_of([entry(category="Mills")], [[tag("Brightmoor", "org")]])
    undefined = {"f1", "f1_names", "precision_names", "recall_names", "f1_topics", "ami_category"}
    assert undefined <= {name for name, value in metrics.items() if value is None}


def test_labels_without_any_tag_give_zero_and_no_precision() -> None:
    metrics = metrics_of([entry(models=["vx-9"])], [[]])
    assert metrics["f1_names"] == metrics["recall_names"] == 0.0
    assert metrics["precision_names"] is None


def test_topics_that_part_rows_as_categories_do_have_all_the_information() -> None:
    rows = [entry(category=name) for name in ("Mills", "Mills", "Law", "Law", "Sport")]
    slugs = ["energy", "energy", "lawsuits", "lawsuits", None]
    tags = [[tag(slug, "topic")] if slug else [] for slug in slugs]
    assert metrics_of(rows, tags)["ami_category"] == 1.0


def test_an_entry_gets_the_tags_of_a_story_of_one_article() -> None:
    row = entry(
        headline="ignored",
        title="Brightmoor fits VX-9 boards",
        text="The operator **Brightmoor** fits VX-9 boards, and a GPU lease runs until 2029.",
    )
    (tags,) = tags_of([row], FakeEncoder(), no_progress)
    assert {"vx-9", "brightmoor"} <= {each.slug for each in tags}
