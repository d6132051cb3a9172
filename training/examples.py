"""Training pairs as token rows: a prompt and its target; the loss counts the target only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from pipeline.brief.prompts import load_prompt
from pipeline.brief.write import ABSTENTION
from pipeline.local_models.tokens import TextTokenizer
from training.pairs import Pair

IGNORED = -100
"""The label that torch's cross entropy leaves out."""
NEAR = 8
"""Batches that are made of one shuffled block, by length: little padding, and still mixed."""


@dataclass(frozen=True)
class Example:
    """One pair as tokens; the target ends with the token that ends a turn."""

    prompt: tuple[int, ...]
    target: tuple[int, ...]

    @property
    def length(self) -> int:
        """Tokens of both."""
        return len(self.prompt) + len(self.target)


@dataclass(frozen=True)
class Batch:
    """Examples as tensors of shape (examples, longest), padded on the right."""

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    """The tokens of the targets, IGNORED elsewhere."""


def prompt_of(pair: Pair) -> str:
    """Return the prompt that a brief would ask for this pair's section and evidence."""
    return load_prompt(pair.section).render(evidence="\n".join(pair.texts))


def example(pair: Pair, tokenizer: TextTokenizer, end: int) -> Example:
    """Return the pair's tokens; `end` ends a turn."""
    target = ABSTENTION if pair.target is None else pair.target
    return Example(
        prompt=tuple(tokenizer.turn(prompt_of(pair))),
        target=(*tokenizer.ids(target, special=False), end),
    )


def batches(examples: Sequence[Example], size: int, seed: int) -> list[list[Example]]:
    """Return all examples once, `size` at a time, in an order that `seed` decides."""
    order = random.Random(seed)
    shuffled = order.sample(list(examples), len(examples))
    made = []
    for start in range(0, len(shuffled), size * NEAR):
        block = sorted(shuffled[start : start + size * NEAR], key=lambda each: each.length)
        made += [block[at : at + size] for at in range(0, len(block), size)]
    order.shuffle(made)
    return made


def padded(batch: Sequence[Example], filler: int) -> Batch:
    """Return the examples of a batch as tensors."""
    width = max(each.length for each in batch)
    ids, mask, labels = [], [], []
    for each in batch:
        pad = width - each.length
        ids.append([*each.prompt, *each.target, *[filler] * pad])
        mask.append([*[1] * each.length, *[0] * pad])
        labels.append([*[IGNORED] * len(each.prompt), *each.target, *[IGNORED] * pad])
    return Batch(torch.tensor(ids), torch.tensor(mask), torch.tensor(labels))
