"""How far evidence bears a sentence out: a calibrated score from several readings of both.

A language model reads the sentence after its evidence; a linear probe on the states of its middle
layers says of each token how likely it is not borne out. These risks, the share of words and of
word pairs that stand in the evidence, and the closeness of the encoder's vectors go into a logistic
regression. `python -m training.support` finds both sets of weights; docs/support.md tells how.
"""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.stems import content_stems
from pipeline.canonical import sha256_bytes
from pipeline.errors import ResourceError
from pipeline.protocols import Encoder, Entailment, ModelIdentity, Reader, States, Vectors
from pipeline.resources import shipped_path
from pipeline.schema import CheckerRole
from pipeline.text import fold, words

WEIGHTS = "data/support.npz"
FEATURES = ("highest_risk", "mean_risk", "words_held", "pairs_held", "closeness")
"""Column order of the features; see `support_features`."""
MAX_EVIDENCE_WORDS = 100
"""Words of a source that are read for one sentence: the sentences nearest to it. A published claim
rests on one to three sentences, which are fewer."""
MAX_EVIDENCE_SENTENCES = 6
SMALLEST = 1e-4
"""Keeps the log-odds of a certain token finite."""


@dataclass(frozen=True)
class SupportHead:
    """The two linear models, as trained."""

    probe: NDArray[np.float32]
    """Shape (dimensions,), on states as they are."""
    probe_bias: float
    weights: NDArray[np.float32]
    """Shape (features,), on features as they are."""
    bias: float
    sha256: str
    reader_sha256: str
    """The model whose states the probe was trained on."""

    @classmethod
    def shipped(cls) -> SupportHead:
        """Return the head that ships with the program.

        Raises:
            ResourceError: the weights are missing or were trained on other features.
        """
        content = shipped_path(WEIGHTS).read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            if [str(name) for name in arrays["features"]] != list(FEATURES):
                raise ResourceError(
                    WEIGHTS, "was trained on other features", "run python -m training.support"
                )
            return cls(
                probe=arrays["probe"],
                probe_bias=float(arrays["probe_bias"]),
                weights=arrays["weights"],
                bias=float(arrays["bias"]),
                sha256=sha256_bytes(content),
                reader_sha256=str(arrays["reader_sha256"]),
            )

    def risks(self, states: States) -> NDArray[np.float64]:
        """Return, for each token, the probability that the evidence does not bear it out."""
        return _sigmoid(states.astype(np.float64) @ self.probe.astype(np.float64) + self.probe_bias)

    def probability(self, features: NDArray[np.float64]) -> float:
        """Return the support of a sentence with these features: 0 to 1, rounded to 4 decimals."""
        return round(float(_sigmoid(features @ self.weights.astype(np.float64) + self.bias)), 4)


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
    return odds


def support_features(
    claim: str, evidence: Sequence[str], closeness: float, risks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the features of a claim, in the order of FEATURES.

    The risks are log-odds, of the token with most and of the mean; the shares are of the claim's
    content words that stand in the evidence, and of its pairs of neighbouring words.
    """
    held = {stem for sentence in evidence for stem in content_stems(sentence)}
    own = [fold(word) for word in words(claim)]
    pairs = {pair for sentence in evidence for pair in pairwise(fold(w) for w in words(sentence))}
    return np.array(
        [
            _log_odds(float(risks.max())),
            _log_odds(float(risks.mean())),
            _share(content_stems(claim), held),
            _share(list(pairwise(own)), pairs),
            closeness,
        ]
    )


def _log_odds(probability: float) -> float:
    return float(np.log((probability + SMALLEST) / (1 - probability + SMALLEST)))


def _share(wanted: Sequence[object], held: Container[object]) -> float:
    return sum(one in held for one in wanted) / len(wanted) if wanted else 1.0


@dataclass(frozen=True)
class Support:
    """Scores claims by means of the models."""

    encoder: Encoder
    reader: Reader
    head: SupportHead
    entailment: Entailment | None = None
    """A larger model whose word counts as well: support is then the lower of the two."""
    _vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)
    """Of the sentences that were foreseen."""

    @classmethod
    def shipped(
        cls, encoder: Encoder, reader: Reader, entailment: Entailment | None = None
    ) -> Support:
        """Return the score with the head that ships with the program.

        Raises:
            ResourceError: the head is missing, or was trained on another reader.
        """
        head = SupportHead.shipped()
        if head.reader_sha256 != reader.identity.sha256:
            what = f"was trained on the states of another model than {reader.identity.id}"
            raise ResourceError(WEIGHTS, what, "run python -m training.support")
        return cls(encoder, reader, head, entailment)

    @property
    def models(self) -> tuple[tuple[CheckerRole, ModelIdentity], ...]:
        """The models that it asks, beside the encoder, by role."""
        if self.entailment is None:
            return (("reader", self.reader.identity),)
        return (("reader", self.reader.identity), ("entailment", self.entailment.identity))

    def foresee(self, claims: Iterable[str], known: Mapping[str, NDArray[np.float32]]) -> None:
        """Encode sentences that may be scored: all at once, which is eight times as fast.

        `known` are vectors of evidence sentences. What was foreseen before is forgotten.
        """
        self._vectors.clear()
        self._vectors.update(known)
        new = sorted(set(claims) - known.keys())
        self._vectors.update(zip(new, self.encoder.encode(new), strict=True))

    def _vector(self, text: str) -> NDArray[np.float32]:
        known = self._vectors.get(text)
        return self.encoder.encode([text])[0] if known is None else known

    def score(self, claim: str, evidence: Sequence[str]) -> float:
        """Return how far the evidence bears the claim out: 0 to 1, rounded to 4 decimals.

        A sentence of the evidence itself has 1.
        """
        if claim in evidence:
            return 1.0
        if not words(claim) or not evidence:
            return 0.0
        vectors = np.stack([self._vector(sentence) for sentence in evidence])
        context = "\n".join(evidence)
        risks = self.head.risks(self.reader.read([(context, claim)])[0])
        closeness = float((vectors @ self._vector(claim)).max())
        features = support_features(claim, evidence, closeness, risks)
        support = self.head.probability(features)
        if self.entailment is not None:
            support = min(support, round(self.entailment.entail([(context, claim)])[0], 4))
        return support


def nearest_evidence(
    claim: str, vector: NDArray[np.float32], sentences: Sequence[str], vectors: Vectors
) -> list[str]:
    """Return the sentences of a source that a claim is to be checked against, in reading order.

    The nearest ones, half by the encoder (`vectors`, one row a sentence) and half by shared words,
    until MAX_EVIDENCE_WORDS are reached.
    """
    wanted = set(content_stems(claim))
    near = vectors @ vector
    scores = [
        round(float(near[n]) + len(wanted & set(content_stems(s))) / max(1, len(wanted)), 4)
        for n, s in enumerate(sentences)
    ]
    chosen: list[int] = []
    used = 0
    for index in sorted(range(len(sentences)), key=lambda n: (-scores[n], n)):
        length = len(words(sentences[index]))
        if chosen and used + length > MAX_EVIDENCE_WORDS:
            continue
        chosen.append(index)
        used += length
        if len(chosen) == MAX_EVIDENCE_SENTENCES:
            break
    return [sentences[index] for index in sorted(chosen)]


def summary_support(supports: Sequence[float]) -> float:
    """Return the support of several sentences together: between their mean and their lowest.

    One false sentence spoils a summary, but the lowest of many is low by chance.
    """
    if not supports:
        return 0.0
    return round((sum(supports) / len(supports) + min(supports)) / 2, 4)
