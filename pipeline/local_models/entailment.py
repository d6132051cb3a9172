"""Does one text follow from another? A sequence classifier of transformers answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.local_models.decoding import forward
from pipeline.local_models.runtime import (
    load_config,
    load_model,
    pick_device,
    positions,
    quiet,
)
from pipeline.local_models.tokens import TextTokenizer
from pipeline.protocols import ModelIdentity

RESERVED = 2
"""Places that a RoBERTa has and never uses, since it counts from its filler's number, 1, on."""

_YES = re.compile(r"entail(s|ed|ment)?|consistent|support(s|ed)?|faithful|factual|aligned")
"""The whole of a label that means yes; not of `not_entailment`, `unsupported`, `inconsistent`."""


class TransformersEntailment:
    """An `Entailment`: the probability of the label that says so, in float32.

    A model with one label gives the sigmoid of its only number. Pairs longer than the model's
    context are cut, the longer text first.

    Raises:
        ModelError: on construction, when the folder holds no classifier that can be loaded, or none
            of its labels means that the second text follows.
    """

    def __init__(self, folder: Path, identity: ModelIdentity, *, device: str = "auto") -> None:
        from transformers import AutoModelForSequenceClassification

        self._device = pick_device(device)
        config = load_config(folder, identity.id)
        self._label = entailment_label(config.id2label, identity.id)
        self._tokenizer = TextTokenizer(folder, identity.id)
        self._model = load_model(
            AutoModelForSequenceClassification,
            folder,
            identity.id,
            device=self._device,
            dtype="float32",
        )
        self._identity = identity
        self._positions = min(positions(config), self._tokenizer.longest)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each pair, the probability that the second text follows from the first."""
        return [self._judge(first, second) for first, second in pairs]

    def _judge(self, first: str, second: str) -> float:
        """Return the probability of one pair, read by itself, at its own length.

        In batches of fixed shape a row of a tiny BERT was seen to get other bits at another place.
        """
        import torch

        ids, kinds = self._tokenizer.pair(first, second, self._positions - RESERVED)
        with torch.inference_mode(), quiet():
            logits = forward(
                self._model,
                torch.tensor([ids], device=self._device),
                attention_mask=torch.ones((1, len(ids)), dtype=torch.long, device=self._device),
                token_type_ids=torch.tensor([kinds], device=self._device),
            )[0].double()
        if self._label is None:
            return float(logits[0].sigmoid())
        return float(logits.softmax(dim=-1)[self._label])


def entailment_label(labels: Mapping[int, str], name: str) -> int | None:
    """Return which of the model's labels means that the second text follows; None: the only one.

    Raises:
        ModelError: not exactly one of several labels says so.
    """
    if len(labels) == 1:
        return None
    fitting = [number for number, label in labels.items() if _YES.fullmatch(label.strip().lower())]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(labels.values())
    what = f"has the labels {shown}, and not exactly one of them says that a text follows"
    raise ModelError(name, what, "name a classifier whose config.json has an entailment label")
