"""What a language model makes of each token of a text after it has read another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.local_models.runtime import load_config, load_model, pick_device, positions, quiet
from pipeline.local_models.tokens import TextTokenizer
from pipeline.protocols import ModelIdentity, States

LAYERS = (12, 20)
"""Layers whose states are given, side by side, of the default model's 30. Of 12, 16, 20 and pairs
of them these two told best which tokens are borne out (docs/decisions.md); later ones are for the
next word."""
MAX_CONTEXT = 512
"""Tokens of the context that are read, its last ones: evidence has 30 to 250."""
MAX_TEXT = 128
"""Tokens of the text that are read, its first ones: a sentence of 60 words has about 90."""


class TransformersReader:
    """A `Reader`: the states of a causal model after two of its layers, in float32.

    Raises:
        ModelError: on construction, when the folder holds no model that can be loaded.
    """

    def __init__(self, folder: Path, identity: ModelIdentity, *, device: str = "auto") -> None:
        from transformers import AutoModel

        self._device = pick_device(device)
        config = load_config(folder, identity.id)
        self._tokenizer = TextTokenizer(folder, identity.id)
        self._model = load_model(
            AutoModel, folder, identity.id, device=self._device, dtype="float32"
        )
        self._model.layers = self._model.layers[: max(LAYERS)]
        self._model.config.num_hidden_layers = len(self._model.layers)
        self._identity = identity
        self._context = min(MAX_CONTEXT, positions(config) - MAX_TEXT)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[States]:
        """Return, for each (context, text), one row a token of the text.

        Raises:
            ValueError: a text is empty.
        """
        return [self._states(context, text) for context, text in pairs]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the code points, start and end, of each token that `read` gives a row for."""
        return self._tokenizer.spans(text)[:MAX_TEXT]

    def _states(self, context: str, text: str) -> States:
        """Return the states of one text, read by itself, at its own length."""
        import torch

        before = self._tokenizer.ids(f"{context}\n", special=False)[-self._context :]
        ids = self._tokenizer.ids(text, special=False)[:MAX_TEXT]
        if not ids:
            raise ValueError("an empty text was to be read")
        with torch.inference_mode(), quiet():
            layers = self._model(
                input_ids=torch.tensor([before + ids], device=self._device),
                use_cache=False,
                output_hidden_states=True,
            ).hidden_states
            # the last one comes normed, as the output of all layers would; so are the others then
            chosen = [
                layers[number] if number == max(LAYERS) else self._model.norm(layers[number])
                for number in LAYERS
            ]
            hidden = torch.cat(chosen, dim=-1)[0, len(before) :]
        states: States = hidden.float().cpu().numpy()
        return np.ascontiguousarray(states)
