"""Training on a tiny model: it learns, and a run that was stopped ends as one that was not."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("peft")

from transformers import AutoModelForCausalLM

from pipeline.local_models.adapter import ADAPTER_FILE
from tests.local_models.builders import WORDS, save_tiny
from training import writer
from training.curves import CURVES, PICTURE
from training.examples import Batch, Example
from training.writer import Recipe, Training

RECIPE = Recipe(rank=4, alpha=8, rate=1e-2, epochs=3, patience=3)
FILLER = 3


def examples(count: int, seed: int) -> list[Example]:
    """Return prompts whose target is their second token, three times: that can be learned."""
    random = Random(seed)
    made = []
    for _ in range(count):
        prompt = [random.randrange(4, len(WORDS)) for _ in range(random.randint(3, 9))]
        made.append(Example(tuple(prompt), (prompt[1],) * 3))
    return made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp("base"), initializer_range=0.1)


def training(base: Path, out: Path, recipe: Recipe = RECIPE) -> Training:
    model: Any = AutoModelForCausalLM.from_pretrained(base, attn_implementation="eager")
    return Training(recipe, out, model, FILLER, examples(60, 1), examples(12, 2))


@pytest.fixture(scope="module")
def whole(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing stopped."""
    out = tmp_path_factory.mktemp("whole")
    training(base, out).run()
    return out


def test_the_loss_falls(whole: Path) -> None:
    curve = json.loads((whole / CURVES).read_text(encoding="utf-8"))
    assert [epoch["epoch"] for epoch in curve] == [1, 2, 3]
    assert curve[2]["train"] < 0.9 * curve[0]["train"]
    assert curve[2]["validation"] < curve[0]["validation"]


def test_a_run_leaves_adapter_recipe_and_curves(whole: Path) -> None:
    recipe = json.loads((whole / "recipe.json").read_text(encoding="utf-8"))
    assert (recipe["rank"], recipe["pairs"], recipe["unseen"]) == (4, 60, ["law", "space"])
    assert (whole / PICTURE).read_text(encoding="utf-8").startswith("<?xml")
    assert (whole / ADAPTER_FILE).stat().st_size > 1_000


@pytest.mark.parametrize("stop", [5, 8, 12])
def test_a_stopped_run_ends_as_if_it_had_not_been(
    stop: int, base: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SAVE_EVERY", 2)
    with monkeypatch.context() as patch:
        losses = Training._loss
        steps = 0

        def stopping(self: Training, batch: Batch) -> Any:
            nonlocal steps
            steps += 1
            if steps > stop:
                raise KeyboardInterrupt
            return losses(self, batch)

        patch.setattr(Training, "_loss", stopping)
        with pytest.raises(KeyboardInterrupt):
            training(base, tmp_path).run()
    training(base, tmp_path).run()
    for name in (ADAPTER_FILE, CURVES, PICTURE, "recipe.json"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes(), name


def test_the_state_of_another_recipe_is_left(
    base: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state.pt").write_bytes((whole / "state.pt").read_bytes())
    training(base, tmp_path, Recipe(rank=4, alpha=8, rate=2e-3, epochs=1)).run()
    assert "another run" in capsys.readouterr().err
    assert len(json.loads((tmp_path / CURVES).read_text(encoding="utf-8"))) == 1


def test_it_stops_when_it_gets_no_better(base: Path, tmp_path: Path) -> None:
    training(base, tmp_path, Recipe(rank=4, rate=0.0, epochs=9, patience=1)).run()
    curve = json.loads((tmp_path / CURVES).read_text(encoding="utf-8"))
    assert len(curve) == 3  # the first is the best, and two are no better


def test_a_missing_file_of_pairs_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "drafts.jsonl"
    assert writer.main(["--out", str(tmp_path / "out"), "--more", str(missing)]) == 2
    assert str(missing) in capsys.readouterr().err
