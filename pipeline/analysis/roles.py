"""The role head: which role a sentence has. A linear classifier over embedding and surface.

Trained by `python -m training.roles` on data/roles.jsonl; the weights are data/roles.npz.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.surface import FEATURES, surface_features
from pipeline.canonical import sha256_bytes
from pipeline.errors import ResourceError
from pipeline.protocols import Vectors
from pipeline.records import Role
from pipeline.resources import shipped_path

ROLES: tuple[Role, ...] = tuple(Role)
"""Column order of every role score array."""

WEIGHTS = "data/roles.npz"


@dataclass(frozen=True)
class RoleHead:
    """Multinomial logistic regression on [embedding · √d, standardised surface features]."""

    weights: NDArray[np.float32]
    """Shape (roles, dimensions + features)."""
    bias: NDArray[np.float32]
    """Shape (roles,)."""
    mean: NDArray[np.float32]
    """Of each surface feature in training."""
    scale: NDArray[np.float32]
    """Standard deviation of each surface feature in training."""
    sha256: str
    encoder_sha256: str
    """The encoder whose vectors it was trained on."""

    @classmethod
    def shipped(cls) -> RoleHead:
        """Return the head that ships with the program.

        Raises:
            ResourceError: the weights are missing or of another shape.
        """
        content = shipped_path(WEIGHTS).read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            if [str(name) for name in arrays["features"]] != list(FEATURES):
                raise ResourceError(
                    WEIGHTS, "was trained on other features", "run python -m training.roles"
                )
            return cls(
                weights=arrays["weights"],
                bias=arrays["bias"],
                mean=arrays["mean"],
                scale=arrays["scale"],
                sha256=sha256_bytes(content),
                encoder_sha256=str(arrays["encoder_sha256"]),
            )

    def scores(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
        """Return the probability of each role, shape (texts, roles), rounded to 4 decimals.

        An encoder of another width than the one it was trained on leaves the surface features
        alone to decide.
        """
        if not texts:
            return np.zeros((0, len(ROLES)), np.float32)
        surface = np.stack([surface_features(text) for text in texts])
        surface = (surface - self.mean) / self.scale
        width = self.weights.shape[1] - surface.shape[1]
        embedded = vectors * np.sqrt(width) if vectors.shape[1] == width else None
        logits = surface @ self.weights[:, width:].T + self.bias
        if embedded is not None:
            logits = logits + embedded @ self.weights[:, :width].T
        logits = logits - logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        shares: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
        return np.round(shares, 4)
