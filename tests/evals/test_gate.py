from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals import gate
from evals.gate import Baseline, Line, baseline_text, new_floor, read_baseline
from pipeline.canonical import sha256_bytes
from pipeline.errors import ResourceError, UsageError

CONTENT = b'{"id": "r-1"}\n'
RUNS = dict[str, dict[str, Any]]


class Bench:
    """A folder of labelled files with a baseline, and tasks that answer from a dictionary."""

    def __init__(self, folder: Path, answers: RUNS, *lines: Line) -> None:
        self.folder = folder
        self.answers = answers
        self.calls: list[tuple[str, list[str]]] = []
        self.baseline = folder / "baseline.json"
        self.baseline.write_text(baseline_text(Baseline(lines=lines)), encoding="utf-8")
        (folder / "rows.jsonl").write_bytes(CONTENT)

    def measure(self, task: str, arguments: list[str]) -> dict[str, Any]:
        self.calls.append((task, arguments))
        return self.answers[task]

    def run(self, *arguments: str) -> tuple[dict[str, Any], int]:
        places = ["--root", str(self.folder), "--baseline", str(self.baseline)]
        return gate.main([*arguments, *places], self.measure)

    def floors(self, task: str) -> dict[str, float]:
        return next(x.floors for x in read_baseline(self.baseline).lines if x.task == task)


def line(task: str = "mills", **changes: Any) -> Line:
    fields = {
        "task": task,
        "file": "rows.jsonl",
        "sha256": sha256_bytes(CONTENT),
        "floors": {"f1": 0.8},
    }
    return Line.model_validate({**fields, **changes})


@pytest.mark.parametrize(("measured", "failed"), [(0.9, 0), (0.8, 0), (0.7999, 1), (None, 1)])
def test_a_floor_that_is_not_met_fails(tmp_path: Path, measured: float | None, failed: int) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": measured}}, line())
    counts, code = bench.run()
    assert (counts["failed"], code) == (failed, failed)


def test_a_task_gets_the_options_of_its_line(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.9}}, line(limit=7, options=("--models", "small")))
    bench.run()
    rows = str(tmp_path / "rows.jsonl")
    assert bench.calls == [("mills", [rows, "--limit", "7", "--models", "small"])]


def test_an_absent_file_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.9}}, line(), line("looms", file="none.jsonl"))
    counts, code = bench.run()
    assert (counts["absent"], counts["failed"], code) == (1, 0, 0)
    assert [task for task, _ in bench.calls] == ["mills"]
    said = capsys.readouterr()
    assert "none.jsonl is neither below" in said.err
    assert "absent" in said.out


def test_other_data_is_not_measured_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.9}}, line(sha256="0" * 64))
    counts, code = bench.run()
    assert (counts["failed"], code) == (1, 1)
    assert not bench.calls
    assert "other data" in capsys.readouterr().out


def test_a_limit_is_handed_to_the_task(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.9}}, line(limit=7))
    bench.run()
    assert bench.calls == [("mills", [str(tmp_path / "rows.jsonl"), "--limit", "7"])]


def test_only_the_named_tasks_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.1}, "looms": {"f1": 0.9}}, line(), line("looms"))
    assert bench.run("looms")[1] == 0
    with pytest.raises(UsageError, match="known: looms, mills"):
        bench.run("kilns")


def test_an_update_raises_floors_and_keeps_higher_ones(tmp_path: Path) -> None:
    floors = {"f1": 0.8, "recall": 0.9}
    bench = Bench(tmp_path, {"mills": {"f1": 0.9, "recall": 0.903}}, line(floors=floors))
    assert bench.run("--update")[1] == 0
    assert bench.floors("mills") == {"f1": 0.895, "recall": 0.9}


def test_an_update_leaves_other_lines_alone(tmp_path: Path) -> None:
    bench = Bench(
        tmp_path, {"mills": {"f1": 0.9}}, line("looms"), line(), line("kilns", file="none.jsonl")
    )
    bench.run("mills", "--update")
    assert bench.floors("looms") == bench.floors("kilns") == {"f1": 0.8}
    assert [x.task for x in read_baseline(bench.baseline).lines] == ["looms", "mills", "kilns"]


@pytest.mark.parametrize("measured", [0.7, None])
def test_lowering_without_the_flag_is_refused_and_writes_nothing(
    tmp_path: Path, measured: float | None
) -> None:
    answers: RUNS = {"looms": {"f1": 0.99}, "mills": {"f1": measured}}
    bench = Bench(tmp_path, answers, line("looms"), line())
    before = bench.baseline.read_bytes()
    with pytest.raises(UsageError, match="--lower"):
        bench.run("--update")
    assert bench.baseline.read_bytes() == before


def test_lowering_with_the_flag(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.7}}, line())
    assert bench.run("--update", "--lower")[1] == 0
    assert bench.floors("mills") == {"f1": 0.695}


def test_a_new_line_gets_its_hash_and_floors_by_an_update(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"mills": {"f1": 0.5}}, line(sha256="", floors={"f1": 0}))
    bench.run("--update")
    assert read_baseline(bench.baseline).lines == (line(floors={"f1": 0.495}),)


def test_a_new_floor_is_never_above_the_measured_value_less_the_tolerance() -> None:
    assert new_floor(0.97) == 0.965
    assert new_floor(0.9719) == 0.966


@pytest.mark.parametrize("text", ["", "{", '{"lines": [{"task": "mills"}]}', '{"rows": []}'])
def test_a_malformed_baseline_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResourceError, match="baseline"):
        read_baseline(path)


def test_the_shipped_baseline_is_in_canonical_form_and_names_known_tasks() -> None:
    from evals.__main__ import TASKS

    baseline = read_baseline(gate.BASELINE)
    assert gate.BASELINE.read_text(encoding="utf-8") == baseline_text(baseline)
    assert {x.task for x in baseline.lines} <= set(TASKS)
    assert all(floor > 0 for x in baseline.lines for floor in x.floors.values())
    assert json.loads(baseline_text(baseline))["lines"]
