"""Texts to vectors with an encoder of transformers, mean pooled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError
from pipeline.local_models.batching import grouped, padded, padded_width
from pipeline.local_models.runtime import (
    load_config,
    load_model,
    load_tokenizer,
    pick_device,
    positions,
    quiet,
)
from pipeline.protocols import ModelIdentity, Vectors

MAX_TOKENS = 256
"""Longer texts are cut: what all-MiniLM-L6-v2 was trained with; a sentence hardly ever has more."""
ROWS = 8
"""Texts in a batch. Measured on two cores: 2 to 16 rows take 9 to 11 ms a sentence, 1 takes 17.
With the thirty sentences of one article 16 is a quarter slower than 8, for its dummy rows."""
WIDTH_STEP = 16
"""Widths are multiples of this: sentences have 10 to 60 tokens, so four widths hold most."""


class TransformersEncoder:
    """An `Encoder`: mean of the last hidden states, scaled to unit length, in float32.

    The vectors have the same bits however the texts are grouped.

    Raises:
        ModelError: on construction, when the folder holds no encoder that can be loaded.
    """

    def __init__(self, folder: Path, identity: ModelIdentity, *, device: str = "auto") -> None:
        from transformers import AutoModel

        self._device = pick_device(device)
        config = load_config(folder, identity.id)
        if config.is_encoder_decoder:
            what = "is an encoder-decoder model, whose vectors are not made for comparison"
            raise ModelError(identity.id, what, "name an encoder, such as a BERT")
        self._tokenizer = load_tokenizer(folder, identity.id)
        # A pooler is trained for another task; where one is missing nothing is lost.
        self._model = load_model(
            AutoModel,
            folder,
            identity.id,
            device=self._device,
            dtype="float32",
            unneeded=("pooler",),
        )
        self._identity = identity
        self._positions = min(positions(config), self._tokenizer.model_max_length)
        self._dimensions: int = config.get_text_config().hidden_size
        self._filler: int = self._tokenizer.pad_token_id or 0

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (texts, dimensions); no text, no row."""
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        if not texts:
            return vectors
        limit = min(MAX_TOKENS, self._positions - 1)
        with quiet():
            ids = self._tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"]
        widths = [min(padded_width(len(text), WIDTH_STEP), self._positions) for text in ids]
        for width, members in grouped(widths, ROWS):
            pooled = self._pool([ids[index] for index in members], width)
            vectors[members] = pooled[: len(members)]
        return vectors

    def _pool(self, tokens: list[list[int]], width: int) -> Vectors:
        """Return the vectors of one batch, dummy rows included."""
        import torch

        ids, mask = padded(tokens, rows=ROWS, width=width, filler=self._filler)
        with torch.inference_mode(), quiet():
            visible = torch.from_numpy(mask).to(self._device)
            hidden = self._model(
                input_ids=torch.from_numpy(ids).to(self._device), attention_mask=visible
            ).last_hidden_state
            weights = visible.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
            unit = torch.nn.functional.normalize(mean, dim=1)
        vectors: Vectors = unit.cpu().numpy()
        return vectors
