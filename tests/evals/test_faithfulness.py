"""Agreement and detection on hand-made scores; rows as the public files have them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from evals import faithfulness
from evals.faithfulness import FaithfulnessRow, agreement, detection, score_rows
from evals.rows import read_corpus
from pipeline.brief.support import Support
from tests.brief.test_support import HEAD
from tests.fakes import FakeEncoder, FakeReader

SOURCE = "Corvane leased 18,000 boards from Ostrel. The lease begins in March."


def labelled(label: int, doc_id: str = "d", kinds: tuple[str, ...] = ()) -> FaithfulnessRow:
    return FaithfulnessRow(
        source=SOURCE, summary="x", label=label, doc_id=doc_id, error_types=kinds
    )


def scored(score: float) -> FaithfulnessRow:
    return FaithfulnessRow(source=SOURCE, summary="x", score=score)


def test_agreement_is_rank_and_linear_correlation() -> None:
    rows = [scored(value) for value in (1.0, 2.0, 3.0, 4.0)]
    assert agreement(rows, [0.1, 0.2, 0.3, 0.9]) == {"spearman": 1.0, "pearson": 0.898}
    assert agreement(rows, [0.9, 0.3, 0.2, 0.1])["spearman"] == -1.0


@pytest.mark.parametrize("supports", [[0.5, 0.5], [0.1, 0.2]])
def test_agreement_without_spread_or_scores_is_undefined(supports: list[float]) -> None:
    rows = [scored(1.0), scored(1.0)] if supports[0] != supports[1] else [scored(1), scored(2)]
    assert agreement(rows, supports) == {"spearman": None, "pearson": None}
    assert agreement([labelled(0), labelled(1)], [0.1, 0.2])["spearman"] is None


def test_detection_counts_each_label_alike() -> None:
    rows = [labelled(0), labelled(1), labelled(1), labelled(1)]
    found = detection(rows, [0.9, 0.1, 0.2, 0.8])
    assert found["balanced_accuracy"] == round((1 + 2 / 3) / 2, 4)
    assert found["auc"] == 1.0
    assert found["ranked_right"] == 1.0


def test_a_tie_between_right_and_wrong_counts_half() -> None:
    rows = [labelled(0, "a"), labelled(1, "a"), labelled(0, "b"), labelled(1, "b")]
    assert detection(rows, [0.4, 0.4, 0.1, 0.9])["ranked_right"] == 0.25


def test_one_kind_of_label_leaves_accuracy_undefined_but_gives_recall() -> None:
    rows = [labelled(1, kinds=("number",)), labelled(1, kinds=("number", "name"))]
    found = detection(rows, [0.2, 0.9])
    assert found["balanced_accuracy"] is found["auc"] is found["ranked_right"] is None
    assert found["recall_number"] == 0.5
    assert found["recall_name"] == 0.0


def test_error_types_may_be_a_list_written_down_as_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"source": SOURCE, "summary": "x", "label": 1, "error_types": "['number', 'name']"}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert read_corpus(path, FaithfulnessRow).rows[0].error_types == ("number", "name")


def test_rows_keep_their_order_whatever_their_sources() -> None:
    rows = [
        FaithfulnessRow(source=SOURCE, summary="Corvane leased boards from Ostrel.", label=0),
        FaithfulnessRow(source="Rain fell on the harbour all day.", summary="It rained.", label=1),
        FaithfulnessRow(source=SOURCE, summary="Veltrix bought rockets.", label=1),
    ]
    support = Support(FakeEncoder(), FakeReader(), HEAD)
    together = score_rows(rows, support)
    assert together == [score_rows([row], support)[0] for row in rows]
    assert together[0] > together[2]


def test_main_prints_flat_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    support = Support(FakeEncoder(), FakeReader(), HEAD)
    monkeypatch.setattr("evals.faithfulness.models", lambda: SimpleNamespace(support=support))
    path = tmp_path / "rows.jsonl"
    rows = [
        {"source": SOURCE, "summary": "Corvane leased boards from Ostrel.", "label": 0},
        {"source": SOURCE, "summary": "Veltrix bought rockets.", "label": 1},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = faithfulness.main([str(path)])
    assert found["balanced_accuracy"] == 1.0
    assert found["spearman"] is None
    assert found["rows"] == 2
