from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import clustering
from evals.clustering import LabelledArticle, b_cubed, stories_of
from evals.rows import read_corpus
from pipeline.errors import SourceError
from pipeline.protocols import no_progress
from tests.fakes import FakeEncoder
from tests.stories.builders import HARVEST, LEASE

labels = st.lists(st.integers(0, 3), min_size=1, max_size=12)


@given(labels)
def test_the_same_partition_is_perfect_whatever_its_names(given: list[int]) -> None:
    assert b_cubed(given, [f"s-{each}" for each in given]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("clusters", "stories", "expected"),
    [
        ("aabb", "xxxx", (0.5, 1.0)),
        ("aabb", "wxyz", (1.0, 0.5)),
        ("aaab", "xxyy", (0.75, 2 / 3)),
    ],
)
def test_b_cubed_by_hand(clusters: str, stories: str, expected: tuple[float, float]) -> None:
    precision, recall, f1 = b_cubed(clusters, stories)
    assert (precision, recall) == pytest.approx(expected)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


def rows(*, dated: bool) -> list[LabelledArticle]:
    day = datetime(2026, 5, 4)  # noqa: DTZ001 (as a file states it)
    told = [("lease", report) for report in LEASE] + [("harvest", HARVEST)]
    return [
        LabelledArticle(
            id="the same", cluster=event, title=title, text=text, date=day if dated else None
        )
        for event, (title, text) in told
    ]


@pytest.mark.parametrize("dated", [True, False])
def test_rows_go_the_way_of_articles_also_where_ids_repeat(dated: bool) -> None:
    found = stories_of(rows(dated=dated), FakeEncoder(), timedelta(days=14), no_progress)
    assert found[0] == found[1] == found[2] != found[3]


def test_a_row_may_lack_what_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"id": "1", "cluster": "a", "title": "T", "text": ""}))
    (row,) = read_corpus(path, LabelledArticle).rows
    assert (row.date, row.source, row.url) == (None, "", None)
    path.write_text(json.dumps({"id": "1", "title": "T", "text": ""}))
    with pytest.raises(SourceError, match="lacks the key 'cluster'"):
        read_corpus(path, LabelledArticle)


def test_a_date_may_be_a_day_or_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    base = {"id": "1", "cluster": "a", "title": "T", "text": ""}
    dates = ["2026-05-04", "2026-05-04T10:00:00+02:00"]
    path.write_text("\n".join(json.dumps({**base, "date": date}) for date in dates))
    day, moment = read_corpus(path, LabelledArticle).rows
    assert day.date is not None
    assert moment.date == datetime(2026, 5, 4, 8, tzinfo=UTC)


def test_the_task_prints_its_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fakes:
        encoder = FakeEncoder()

    monkeypatch.setattr(clustering, "models", Fakes)
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(row.model_dump_json() for row in rows(dated=True)))
    metrics = clustering.main([str(path)])
    assert {name: metrics[name] for name in ("precision", "recall", "f1", "stories")} == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "stories": 2,
    }
    assert (metrics["task"], metrics["rows"], metrics["clusters"]) == ("clustering", 4, 2)
