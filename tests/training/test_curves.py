"""The picture of the losses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

from training.curves import Epoch, draw, main

CURVE = [
    Epoch(epoch=1, train=1.2, validation=0.9),
    Epoch(epoch=2, train=0.6, validation=0.8),
]


def test_the_picture_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    draw(CURVE, tmp_path / "a.svg")
    draw(CURVE, tmp_path / "b.svg")
    picture = (tmp_path / "a.svg").read_bytes()
    assert picture == (tmp_path / "b.svg").read_bytes()
    assert b"held-out areas" in picture
    assert b"<dc:date>" not in picture


def test_the_file_of_a_run_is_drawn(tmp_path: Path) -> None:
    curves, picture = tmp_path / "curves.json", tmp_path / "curves.svg"
    curves.write_text(json.dumps([epoch.model_dump() for epoch in CURVE]), encoding="utf-8")
    assert main([str(curves), "--out", str(picture)]) == 0
    draw(CURVE, tmp_path / "again.svg")
    assert picture.read_bytes() == (tmp_path / "again.svg").read_bytes()


@pytest.mark.parametrize("content", [None, "no JSON", '[{"epoch": 1}]'])
def test_another_file_is_named(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "curves.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main([str(path), "--out", str(tmp_path / "curves.svg")]) in (1, 2)
    assert "curves.json" in capsys.readouterr().err
