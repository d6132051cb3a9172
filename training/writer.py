"""Teach the base model to write briefs: `python -m training.writer [--out FOLDER]`.

Low-rank adaptation (LoRA, Hu et al. 2021) of every linear layer on the pairs of data/writer; the
loss counts the target's tokens only. The areas of VALIDATION decide when to stop, those of UNSEEN
are never shown: `python -m evals writer` measures on them. A run that was stopped goes on from its
last state, with the same seeds and order, as if it had not been. Writes the adapter, `recipe.json`
and the curves, `curves.json` and `curves.svg`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import peft
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from evals.drafts import sets_of_pairs
from pipeline.brief.verify import word_coverage
from pipeline.console import error_line, say
from pipeline.errors import HalfminuteError, ModelError
from pipeline.local_models.adapter import ADAPTER_FILE, with_template
from pipeline.local_models.loading import locate
from pipeline.local_models.registry import WRITER
from pipeline.local_models.tokens import TextTokenizer
from pipeline.settings import cache_home
from training.curves import CURVES, PICTURE, draw, read_curve
from training.examples import IGNORED, Batch, Example, batches, example, padded
from training.pairs import UNSEEN, VALIDATION, Pair, load_pairs, pair_files

SAVE_EVERY = 25
"""Steps between two saved states: about two minutes on two cores."""


@dataclass(frozen=True)
class Recipe:
    """How the adapter is trained; written beside it."""

    rank: int = 16
    alpha: int = 32
    rate: float = 3e-4
    batch: int = 8
    epochs: int = 2
    warmup: float = 0.06
    """Share of the steps in which the rate rises from 0; then it falls along a cosine."""
    clip: float = 1.0
    seed: int = 20261122
    patience: int = 1
    """Epochs without a better validation loss after which it stops."""


@dataclass
class State:
    """Where a run stands."""

    step: int = 0
    best: float = math.inf
    worse: int = 0
    """Epochs since the best one."""
    losses: list[float] = field(default_factory=list)
    """Of the running epoch's steps."""
    curve: list[dict[str, float]] = field(default_factory=list)
    """After each epoch: epoch, mean training loss, validation loss; nats a token."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write the adapter; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.writer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=Path("build/writer"), metavar="FOLDER")
    parser.add_argument("--more", type=Path, nargs="*", default=[], metavar="FILE",
                        help="further pairs, as training.drafts makes them")  # fmt: skip
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--all-areas", action="store_true",
                        help="learn from the unseen areas too")  # fmt: skip
    given = parser.parse_args(arguments)
    recipe = Recipe(epochs=given.epochs)
    held_out = VALIDATION if given.all_areas else UNSEEN | VALIDATION
    try:
        pairs = [placed.pair for placed in load_pairs([*pair_files(), *given.more])]
        base = load_base(recipe, given.out)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    shown = [pair for pair in pairs if is_example(pair)]
    say(f"{len(shown)} of {len(pairs)} pairs are as a brief would publish them")
    learned = [base.example(pair) for pair in shown if pair.area not in held_out]
    watched = [base.example(pair) for pair in shown if pair.area in VALIDATION]
    Training(recipe, given.out, base.model, base.filler, learned, watched).run()
    return 0


def is_example(pair: Pair) -> bool:
    """Return whether a brief would publish the pair's target, or the pair has none.

    What is joined more freely than `pipeline.brief.stitches` allows would teach drafts to be
    refused; `evals writer` counts such pairs all the same.
    """
    [made] = sets_of_pairs([pair])
    return pair.target is None or made.publishes(pair.target, word_coverage)


@dataclass(frozen=True)
class Base:
    """The model to be taught, with its tokenizer under the adapter's chat template."""

    model: Any
    tokenizer: TextTokenizer
    end: int
    """The token that ends a turn."""

    @property
    def filler(self) -> int:
        """The token that fills short rows."""
        return self.end if self.tokenizer.filler is None else self.tokenizer.filler

    def example(self, pair: Pair) -> Example:
        """Return the pair's tokens."""
        return example(pair, self.tokenizer, self.end)


def load_base(recipe: Recipe, out: Path) -> Base:
    """Return the base; its tokenizer is put together in `out`.

    Raises:
        ModelError: the base cannot be had.
    """
    located = locate(WRITER.base.name, "generator", cache_home(dict(os.environ)))
    torch.manual_seed(recipe.seed)
    folder = with_template(WRITER, located.folder, out / "tokenizer")
    tokenizer = TextTokenizer(folder, WRITER.name)
    if tokenizer.end is None:
        raise ModelError(WRITER.base.name, "has no token that ends a turn", "name another base")
    # bfloat16 weights and plain attention: three times as fast as float32 where the processor
    # multiplies bfloat16, and scaled_dot_product_attention is slow backwards on processors
    model = AutoModelForCausalLM.from_pretrained(
        located.folder, dtype=torch.bfloat16, attn_implementation="eager"
    )
    return Base(model, tokenizer, tokenizer.end)


class Training:
    """One run over `learned`, watched on `watched`; `model` is changed."""

    def __init__(
        self,
        recipe: Recipe,
        out: Path,
        model: Any,
        filler: int,
        learned: Sequence[Example],
        watched: Sequence[Example],
    ) -> None:
        self._recipe = recipe
        self._out = out
        self._filler = filler
        self._learned = learned
        self._watched = watched
        out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        config = peft.LoraConfig(
            r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0,
            target_modules="all-linear", task_type="CAUSAL_LM", bias="none",
        )  # fmt: skip
        self._model: Any = peft.get_peft_model(model, config)
        self._weights = [w for w in self._model.parameters() if w.requires_grad]
        self._optimizer = torch.optim.AdamW(self._weights, lr=recipe.rate, weight_decay=0.0)
        self._steps_an_epoch = math.ceil(len(self._learned) / recipe.batch)
        self._steps = recipe.epochs * self._steps_an_epoch
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate)
        self._state = State()

    def run(self) -> None:
        """Train to the end, from the last saved state where there is one."""
        self._resume()
        total = sum(w.numel() for w in self._weights)
        say(f"{len(self._learned)} pairs to learn, {len(self._watched)} to watch, "
            f"{total / 1e6:.1f} million weights, {self._steps} steps")  # fmt: skip
        while self._state.step < self._steps and self._state.worse <= self._recipe.patience:
            self._epoch(self._state.step // self._steps_an_epoch)
        self._finish()

    def _epoch(self, number: int) -> None:
        recipe, state = self._recipe, self._state
        self._model.train()
        todo = batches(self._learned, recipe.batch, recipe.seed + number)
        started = time.monotonic()
        for batch in todo[state.step % self._steps_an_epoch :]:
            loss = self._loss(padded(batch, self._filler))
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._weights, recipe.clip)
            self._optimizer.step()
            self._schedule.step()
            self._optimizer.zero_grad()
            state.step += 1
            state.losses.append(loss.item())
            if state.step % SAVE_EVERY == 0 and state.step % self._steps_an_epoch:
                self._save()
                recent = sum(state.losses[-SAVE_EVERY:]) / len(state.losses[-SAVE_EVERY:])
                say(f"step {state.step} of {self._steps}: loss {recent:.3f}, "
                    f"{time.monotonic() - started:.0f} s")  # fmt: skip
        trained = sum(state.losses) / len(state.losses)
        watched = self._validate()
        state.losses = []
        state.curve.append({"epoch": number + 1, "train": trained, "validation": watched})
        say(f"epoch {number + 1}: loss {trained:.4f}, validation {watched:.4f}")
        state.worse = 0 if watched < state.best else state.worse + 1
        if watched < state.best:
            state.best = watched
            self._write_adapter()
        self._save()

    def _validate(self) -> float:
        """Return the mean loss a target token of the pairs watched."""
        self._model.eval()
        total, tokens = 0.0, 0
        with torch.no_grad():
            for batch in batches(self._watched, self._recipe.batch, self._recipe.seed):
                count = sum(len(each.target) for each in batch)
                total += self._loss(padded(batch, self._filler)).item() * count
                tokens += count
        return total / tokens

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Return the mean cross entropy (nats) of the targets' tokens.

        Only their places go through the last layer: it is a fifth of the work.
        """
        inner = self._model.base_model.model
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = inner.model(
                input_ids=batch.ids, attention_mask=batch.mask, use_cache=False
            ).last_hidden_state[:, :-1]
            wanted = batch.labels[:, 1:]
            counted = wanted != IGNORED
            logits = inner.lm_head(states[counted])
        return torch.nn.functional.cross_entropy(logits.float(), wanted[counted])

    def _rate(self, step: int) -> float:
        warm = max(1, round(self._recipe.warmup * self._steps))
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, self._steps - warm)))

    @property
    def _checkpoint(self) -> Path:
        return self._out / "state.pt"

    def _save(self) -> None:
        kept = {
            "state": asdict(self._state),
            "recipe": asdict(self._recipe),
            "pairs": len(self._learned),
            "weights": [w.detach() for w in self._weights],
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "random": torch.get_rng_state(),
        }
        staged = self._checkpoint.with_suffix(".part")
        torch.save(kept, staged)
        staged.replace(self._checkpoint)

    def _resume(self) -> None:
        if not self._checkpoint.exists():
            return
        kept = torch.load(self._checkpoint, weights_only=True)
        if kept["recipe"] != asdict(self._recipe) or kept["pairs"] != len(self._learned):
            say(f"{self._checkpoint} is of another run: starting anew")
            return
        with torch.no_grad():
            for weight, saved in zip(self._weights, kept["weights"], strict=True):
                weight.copy_(saved)
        self._optimizer.load_state_dict(kept["optimizer"])
        self._schedule.load_state_dict(kept["schedule"])
        torch.set_rng_state(kept["random"])
        self._state = State(**kept["state"])
        say(f"going on at step {self._state.step}")

    def _write_adapter(self) -> None:
        """Write the adapter as it is, in half precision: it is then half as large."""
        self._model.save_pretrained(self._out)
        path = self._out / ADAPTER_FILE
        halved = {name: w.to(torch.float16).contiguous() for name, w in load_file(path).items()}
        save_file(halved, path, metadata={"format": "pt"})

    def _finish(self) -> None:
        told = {**asdict(self._recipe), "pairs": len(self._learned), "unseen": sorted(UNSEEN),
                "validation": sorted(VALIDATION), "validation_loss": self._state.best}  # fmt: skip
        (self._out / "recipe.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        curve = json.dumps(self._state.curve, indent=2) + "\n"
        (self._out / CURVES).write_text(curve, encoding="utf-8")
        draw(read_curve(self._out / CURVES), self._out / PICTURE)


if __name__ == "__main__":
    raise SystemExit(main())
