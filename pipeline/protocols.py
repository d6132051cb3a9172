"""What the stages need from the outside world, so that a test can hand in a fake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Extracted, Validators

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions), rows of unit length."""
States = NDArray[np.float32]
"""Shape (tokens, dimensions): a model's hidden state at each token."""

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); a stage may call it as often as it likes."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Response:
    """A fetched document. `body` is decoded from its transfer encoding, None when unchanged."""

    url: str
    """As asked for."""
    final_url: str
    """After redirects."""
    status: int
    body: bytes | None
    content_type: str
    validators: Validators
    moved_to: str | None = None
    """Where a permanent redirect (301, 308) wants the URL to point from now on."""


class Fetcher(Protocol):
    """Gets documents politely."""

    def fetch(self, url: str, *, validators: Validators, max_bytes: int) -> Response:
        """Return the document; `body` is None when the server or its bytes say unchanged.

        Raises:
            FetchError: and its subclasses.
        """
        ...


class Extractor(Protocol):
    """Takes the article out of a page, under a deadline."""

    def extract(self, html: bytes | str, *, url: str | None) -> Extracted:
        """Return the page's article.

        Raises:
            ExtractionError: no usable text, or the deadline passed.
        """
        ...


@dataclass(frozen=True)
class ModelIdentity:
    """What a digest says of a model."""

    id: str
    sha256: str | None
    revision: str | None = None
    license: str | None = None
    dtype: str = "float32"
    device: str = "cpu"


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is; its `sha256` keys the caches."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; the same bytes however the texts are grouped."""
        ...


class Generator(Protocol):
    """Completes prompts."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is; its `sha256` keys the caches."""
        ...

    @property
    def follows_instructions(self) -> bool:
        """Whether a prompt may say what to do; one that does not is to be given evidence only."""
        ...

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        """Return one greedy completion a prompt, the same however the prompts are grouped.

        A prompt is the user's turn; the model's chat template, where it has one, goes around it.
        `held`, where given, has a text for each prompt: the completion has no word, name or
        number that does not stand there.
        """
        ...

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (context, text), the mean log-probability (nats) of a token of text."""
        ...


class Entailment(Protocol):
    """Judges whether one text follows from another."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is; its `sha256` keys the caches."""
        ...

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each pair, the probability that the second text follows from the first.

        The same bits however the pairs are grouped.
        """
        ...


class Reader(Protocol):
    """Reads a text after its context."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is; a support head fits one only."""
        ...

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[States]:
        """Return, for each (context, text), one row a token of the text.

        The same bits however the pairs are grouped.
        """
        ...
