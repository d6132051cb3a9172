"""`python -m evals` as a user types it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from evals.__main__ import TASKS, main
from pipeline.records import Role


def test_every_task_has_its_module() -> None:
    assert all(importlib.util.find_spec(module) for module in TASKS.values())


@pytest.mark.parametrize("task", ["extraction", "roles", "tags", "gate"])
def test_every_task_has_help_with_an_example(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([task, "--help"])
    assert left.value.code == 0
    assert f"example: python -m evals {task}" in capsys.readouterr().out


def test_an_absent_file_is_one_line_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["roles", str(tmp_path / "none.jsonl")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "no such file" in said.err


def test_a_bad_row_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.jsonl").write_text('{"text": "The mill opens.", "role": "filler"}\n')
    assert main(["roles", str(tmp_path / "rows.jsonl")]) == 1
    assert "line 1: key 'role'" in capsys.readouterr().err


@pytest.mark.model
def test_roles_end_in_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"text": "Sign up for our newsletter to get more of this.", "role": Role.BOILERPLATE},
        {"text": "Corvane may open a second mill in 2028.", "role": Role.OUTLOOK},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    assert main(["roles", str(path), "--limit", "2"]) == 0
    metrics = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert metrics["task"] == "roles"
    assert metrics["limit"] == 2
    assert metrics["f1"] == 1.0
