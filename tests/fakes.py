"""Fakes of what the stages need from the outside world, and builders of records.

Each fake keeps its protocol's promises: `FakeEncoder` gives unit vectors that do not depend on how
the texts are grouped, `FakeGenerator` answers each prompt by itself, `FakeFetcher` knows an
unchanged body from a new one.
"""

from __future__ import annotations

import html as html_entities
import re
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from pipeline.analysis.analyse import Analysis, analyse, encode_sentences, sentence_key
from pipeline.analysis.roles import ROLES, RoleHead
from pipeline.canonical import sha256_bytes, sha256_text
from pipeline.errors import ExtractionError, FetchError
from pipeline.protocols import ModelIdentity, Response, States, Vectors
from pipeline.records import Article, ArticleRevision, Extracted, Revision, Role, Validators
from pipeline.text import fold, words

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
"""Monday of 2026-W47, the moment at which the tests' runs happen."""
PUBLISHED = datetime(2026, 11, 12, 9, tzinfo=UTC)
"""When an article was published if its test does not say: Thursday of 2026-W46."""

Answers = Mapping[str, str] | Callable[[str], str]


class FakeEncoder:
    """Bag of words, hashed: texts that share words are close, others nearly orthogonal.

    Long words count more than short ones, as function words are short. `texts` remembers what was
    encoded, in order.
    """

    def __init__(self, dimensions: int = 384, *, sha256: str | None = None) -> None:
        self.dimensions = dimensions
        self.texts: list[str] = []
        self._identity = ModelIdentity(
            id="fake-encoder", sha256=sha256 or sha256_text(f"fake-encoder {dimensions}")
        )

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimensions, np.float64)
        for word in words(fold(text)):
            code = zlib.crc32(word.encode("utf-8", "surrogatepass"))
            sign = 1.0 if code & 1 else -1.0
            vector[(code >> 1) % self.dimensions] += sign * min(len(word), 6) ** 2 / 36
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            vector[0] = norm = 1.0
        unit: Vectors = (vector / norm).astype(np.float32)
        return unit


class FakeGenerator:
    """Answers from a function of the prompt, or from a dictionary.

    In a dictionary a key stands for every prompt that contains it (the first such key counts); a
    prompt without one is answered with nothing. `prompts` remembers what was asked, in order, and
    `calls` how the prompts were grouped.
    """

    def __init__(
        self,
        answers: Answers | None = None,
        *,
        sha256: str | None = None,
        follows_instructions: bool = True,
    ) -> None:
        self._answers: Answers = answers if answers is not None else {}
        self.follows_instructions = follows_instructions
        self.prompts: list[str] = []
        self.calls: list[int] = []
        self._identity = ModelIdentity(
            id="fake-generator", sha256=sha256 or sha256_text("fake-generator")
        )

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        self.prompts.extend(prompts)
        self.calls.append(len(prompts))
        return [" ".join(self.answer(prompt).split(" ")[:max_new_tokens]) for prompt in prompts]

    def answer(self, prompt: str) -> str:
        """Return the whole completion of one prompt, without counting as a call."""
        if callable(self._answers):
            return self._answers(prompt)
        return next((text for key, text in self._answers.items() if key in prompt), "")

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return minus the share of the text's words that the context lacks."""
        return [_surprise(context, text) for context, text in pairs]


def _surprise(context: str, text: str) -> float:
    known = set(words(fold(context)))
    wanted = words(fold(text))
    return -sum(word not in known for word in wanted) / max(1, len(wanted))


@dataclass
class FakeFetcher:
    """Serves bytes from a dictionary, URL → body, or raises the error that stands there.

    A body equal to the one in the validators counts as unchanged. `urls` remembers what was asked.
    """

    bodies: Mapping[str, bytes | FetchError]
    content_types: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    """URL → where a permanent redirect points; the body is looked up there."""
    urls: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def fetch(self, url: str, *, validators: Validators, max_bytes: int) -> Response:
        with self._lock:
            self.urls.append(url)
        final = self.moved.get(url, url)
        body = self.bodies.get(final)
        if body is None:
            raise FetchError(url, "the server answered 404", "check the address", status=404)
        if isinstance(body, FetchError):
            raise body
        sha256 = sha256_bytes(body)
        return Response(
            url=url,
            final_url=final,
            status=200,
            body=None if sha256 == validators.body_sha256 else body[:max_bytes],
            content_type=self.content_types.get(final, _content_type(body)),
            validators=Validators(body_sha256=sha256),
            moved_to=self.moved.get(url),
        )


def _content_type(body: bytes) -> str:
    start = body.lstrip()[:200].lower()
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        return "application/xml"
    if start.startswith(b"{"):
        return "application/json"
    return "text/html; charset=utf-8"


_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"<(p|li|h2|h3|blockquote)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_MARKS = {"p": "", "li": "- ", "h2": "## ", "h3": "## ", "blockquote": "> "}


@dataclass
class FakeExtractor:
    """Takes `<title>`, paragraphs, list items, headings and quotations out of a page, in-process.

    `pages` overrides by URL: what to return, or the error to raise.
    """

    pages: Mapping[str, Extracted | ExtractionError] = field(default_factory=dict)

    def extract(self, html: bytes | str, *, url: str | None) -> Extracted:
        prepared = self.pages.get(url or "")
        if isinstance(prepared, ExtractionError):
            raise prepared
        if prepared is not None:
            return prepared
        page = html.decode("utf-8", "replace") if isinstance(html, bytes) else html
        title = _TITLE.search(page)
        lines = [_MARKS[tag.lower()] + _plain(inner) for tag, inner in _BLOCK.findall(page)]
        if not any(line.strip() for line in lines):
            raise ExtractionError(url or "-", "no text found", "nothing to do")
        return Extracted(
            title=_plain(title[1]) if title else "", text="\n".join(lines), language="en"
        )


def _plain(fragment: str) -> str:
    return " ".join(html_entities.unescape(re.sub(r"<[^>]+>", "", fragment)).split())


def make_page(title: str, *paragraphs: str) -> bytes:
    """Return an HTML page that `FakeExtractor` and the real one both read."""
    escape = html_entities.escape
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title></head><body><article><h1>{escape(title)}</h1>\n{body}\n</article></body></html>"
    ).encode()


def make_revision(
    text: str,
    *,
    title: str = "",
    article_id: str = "a-1",
    language: str | None = "en",
    seen_at: datetime = NOW,
) -> Revision:
    """Return a revision with the name that its title and text give it."""
    return Revision(
        article_id=article_id,
        text_sha256=Revision.hash_of(title, text),
        title=title,
        text=text,
        language=language,
        seen_at=seen_at,
    )


def make_article_revision(
    text: str,
    *,
    title: str = "",
    article_id: str = "a-1",
    source: str = "The Example",
    url: str | None = None,
    published: datetime | None = PUBLISHED,
    first_seen: datetime = NOW,
    feed_id: str | None = None,
    declared_canonical: str | None = None,
) -> ArticleRevision:
    """Return an article with its revision in force; the address follows from the id."""
    article = Article(
        article_id=article_id,
        url=url or f"https://example.org/{article_id}",
        source=source,
        feed_id=feed_id,
        first_seen=first_seen,
        published=published,
        declared_canonical=declared_canonical,
    )
    revision = make_revision(text, title=title, article_id=article_id, seen_at=first_seen)
    return ArticleRevision(article=article, revision=revision)


def make_analysis(
    revision: ArticleRevision,
    encoder: FakeEncoder,
    roles: Mapping[str, Role] | None = None,
) -> Analysis:
    """Return the analysis of a revision.

    `roles` gives the role of every sentence that contains a key, and each other sentence has none
    in particular; without `roles` the shipped head decides.
    """
    vectors = encode_sentences([revision], encoder)[sentence_key(revision.revision.text_sha256)]
    analysed = analyse(revision, vectors, RoleHead.shipped())
    if roles is None:
        return analysed
    table = np.stack([_shares(s.text, roles) for s in analysed.sentences] or [_shares("", {})])
    return Analysis(
        article_id=analysed.article_id,
        text_sha256=analysed.text_sha256,
        sentences=analysed.sentences,
        vectors=vectors,
        roles=table[: len(analysed.sentences)].astype(np.float32),
    )


def _shares(text: str, roles: Mapping[str, Role]) -> Vectors:
    role = next((role for part, role in roles.items() if part in text), None)
    if role is None:
        return np.full(len(ROLES), 1 / len(ROLES), np.float32)
    shares = np.full(len(ROLES), 0.1 / (len(ROLES) - 1), np.float32)
    shares[ROLES.index(role)] = 0.9
    return shares


class FakeReader:
    """Reads words, not tokens: two dimensions, whether the context lacks the word, and its place.

    A probe of weight 1 on the first finds exactly the words that are not there.
    """

    def __init__(self, *, sha256: str | None = None) -> None:
        self.pairs: list[tuple[str, str]] = []
        self._identity = ModelIdentity(
            id="fake-reader", sha256=sha256 or sha256_text("fake-reader")
        )

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[States]:
        self.pairs.extend(pairs)
        return [self._states(context, text) for context, text in pairs]

    def _states(self, context: str, text: str) -> States:
        known = set(words(fold(context)))
        rows = [[float(word not in known), n] for n, word in enumerate(words(fold(text)))]
        return np.array(rows, np.float32)


class FakeEntailment:
    """Says the same of every pair."""

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.identity = ModelIdentity(id="fake-entailment", sha256=sha256_text("fake-entailment"))

    def entail(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [self.probability for _ in pairs]
