r"""The shipped extraction on pages with their article's text.

A row has `id`, `url`, `html` and `text`. Both texts are cut into 4-word shingles (words are `\w+`,
case kept; a text of fewer words is one shingle) and compared as multisets. `precision` and `recall`
are means over pages, `f1` is 2PR/(P+R) of these means. A page that the pipeline refuses counts as
an empty text and in `failed`.
"""

from __future__ import annotations

import multiprocessing
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from statistics import fmean
from typing import Any, Final, TypeVar

from evals.models import settings
from evals.rows import Row, argument_parser, read_corpus
from pipeline.console import progress_bars
from pipeline.errors import ExtractionError
from pipeline.ingest.pool import WORKERS, ExtractionPool
from pipeline.protocols import Extractor, Progress

SHINGLE: Final = 4
"""Words of a shingle, as in the scrapinghub article-extraction benchmark."""
_WORD: Final = re.compile(r"\w+")
T = TypeVar("T")


class Page(Row):
    """A page and the text of its article."""

    id: str
    url: str
    html: str
    text: str


def main(arguments: list[str]) -> dict[str, Any]:
    """Return `f1`, `precision`, `recall`, `pages`, `failed`, and `f1_trafilatura` with --peer.

    Raises:
        HalfminuteError: the file cannot be used.
    """
    parser = argument_parser(
        "extraction", __doc__, "../shared/eval/extraction/scrapinghub.jsonl.gz"
    )
    parser.add_argument(
        "--peer", action="store_true", help="measure plain trafilatura in the same run"
    )
    given = parser.parse_args(arguments)
    corpus = read_corpus(given.file, Page, limit=given.limit)
    pages = corpus.rows
    truth = [page.text for page in pages]
    with progress_bars() as report:
        with ExtractionPool(settings().ingest) as pool:
            texts = extracted_texts(pages, pool, report)
        peer = peer_texts(pages, report) if given.peer else None
    precision, recall, f1 = scores(truth, [text or "" for text in texts])
    metrics = {
        **corpus.stamp("extraction"),
        "pages": len(pages),
        "failed": texts.count(None),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
    }
    if peer is not None:
        metrics["f1_trafilatura"] = round(scores(truth, peer)[2], 4)
    return metrics


def extracted_texts(
    pages: Sequence[Page], extractor: Extractor, report: Progress
) -> list[str | None]:
    """Return each page's text, None where the extractor refuses it."""

    def text_of(page: Page) -> str | None:
        try:
            return extractor.extract(page.html, url=page.url).text
        except ExtractionError:
            return None

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(_reported(threads.map(text_of, pages), "extraction", len(pages), report))


def peer_texts(pages: Sequence[Page], report: Progress) -> list[str]:
    """Return what trafilatura alone takes out of each page."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=spawn) as processes:
        return list(
            _reported(processes.map(_trafilatura_text, pages), "trafilatura", len(pages), report)
        )


def _trafilatura_text(page: Page) -> str:
    import trafilatura

    return trafilatura.extract(page.html, url=page.url, include_comments=False) or ""


def _reported(texts: Iterable[T], stage: str, total: int, report: Progress) -> Iterator[T]:
    for done, text in enumerate(texts, start=1):
        report(stage, done, total)
        yield text


def scores(truth: Sequence[str], found: Sequence[str]) -> tuple[float, float, float]:
    """Return mean precision, mean recall and their F1 over pages (at least one)."""
    pairs = [page_scores(*each) for each in zip(truth, found, strict=True)]
    precision = fmean(precision for precision, _ in pairs)
    recall = fmean(recall for _, recall in pairs)
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def page_scores(truth: str, found: str) -> tuple[float, float]:
    """Return one page's precision and recall: 0 where only one text is empty, 1 where both are."""
    wanted, got = shingles(truth), shingles(found)
    if not wanted and not got:
        return 1.0, 1.0
    common = (wanted & got).total()
    return common / max(1, got.total()), common / max(1, wanted.total())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of four words occurs; a shorter text is one run of all of it."""
    found = _WORD.findall(text)
    if not found:
        return Counter()
    return Counter(
        tuple(found[start : start + SHINGLE]) for start in range(max(1, len(found) - SHINGLE + 1))
    )
