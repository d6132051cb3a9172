from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from evals.reprints import AGENCY, Report, labelled_week, main


def report(number: int) -> dict[str, str]:
    rng = random.Random(number)
    syllables = ("ka", "lo", "mi", "ru", "ten", "vo", "sha", "bri", "del", "un")
    lines = [
        " ".join("".join(rng.choices(syllables, k=3)) for _ in range(40)) + "." for _ in range(6)
    ]
    return {"id": f"r-{number}", "title": f"Report {number}", "text": "\n".join(lines)}


REPORTS = [report(number) for number in range(24)]


def test_the_week_follows_from_the_seed_and_every_article_has_one_label() -> None:
    rows = [Report.model_validate(each) for each in REPORTS]
    articles, groups = labelled_week(rows, 1)
    assert (articles, groups) == labelled_week(rows, 1)
    assert articles != labelled_week(rows, 2)[0]
    ids = [each.article.article_id for each in articles]
    assert sorted(ids) == sorted(name for group in groups for name in group)
    reprinted = [group for group in groups if len(group) > 1]
    assert len(reprinted) == 8
    assert any(each.article.source == AGENCY for each in articles)


def test_metrics_are_flat_and_the_groups_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reports.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in REPORTS))
    metrics = main([str(path), "--show"])
    assert metrics["rows"] == 24
    assert metrics["groups"] == 8
    assert metrics["precision"] == 1.0
    assert metrics["recall"] >= 0.9
    missed = capsys.readouterr().out.count("missed: ")
    assert (missed == 0) == (metrics["recall"] == 1.0)
