"""Placing articles in stories, as a stream over weeks, against clustering them all at once.

Encoding is not timed: vectors, names and words are made up (seeded), as like each other as those of
reports on one event and of other news are. A day of the stream is one run: its articles are placed
through a store on disk, beside all that came before.

seconds            of the whole stream up to so many articles; growth_exponent is the slope of log
                   seconds over log articles (1: in proportion; clustering all pairs: 2)
one_window         the same when all articles fall into one fortnight, ever more a day
agglomerative,     scikit-learn's, on the vectors alone, where they can still run in the time; the
hdbscan            ratio is their time over ours for as many articles
f1                 B-cubed, of what was made up as one event
peak_mb            largest resident size of the process that did it, Python included
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.figures import growth_exponent
from evals.clustering import b_cubed
from pipeline.console import say
from pipeline.records import Article, Revision
from pipeline.stages.placement import NewProfile, place
from pipeline.store import Store
from pipeline.stories.profile import Profile

SIZES: Final = (1_000, 3_000, 10_000, 30_000, 100_000)
WINDOW_SIZES: Final = (1_000, 3_000, 10_000)
PEER_SIZES: Final = (1_000, 3_000, 10_000)
QUICK: Final = (300, 600, 1_200)
A_DAY: Final = 35
"""Articles a day: what a reader of some twenty-five feeds gets. A window of them, 490, is full
before the first thousand are placed, and from there on only the archive grows. With more a day the
first points measure how the window fills: at 280, 1,249 articles take 4.5 ms each, 3,214 take 8.1,
10,066 take 10.5 and 30,087 take 10.6 (measured once)."""
WINDOW: Final = timedelta(days=14)
START: Final = datetime(2026, 1, 5, tzinfo=UTC)
DIMENSIONS: Final = 384
TOPICS: Final = 200
EVENT_SPREAD: Final = (0.45, 0.65, 0.6)
"""Shares of topic, event and chance in a vector: two reports on one event then have a cosine of
0.64, two events of one topic 0.21, as with the shipped encoder on basil."""
VOCABULARY: Final = 40_000
WORDS: Final = 110
EVENT_WORDS: Final = 25
SEED: Final = 4


@dataclass(frozen=True)
class Made:
    """A made-up article and the number of its event."""

    profile: Profile
    event: int


def stream(count: int, days: float) -> list[Made]:
    """Return so many articles on events of one to six, spread over the days, in order of time."""
    random = np.random.default_rng(SEED)
    topics = random.standard_normal((TOPICS, DIMENSIONS))
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    made: list[Made] = []
    event = 0
    while len(made) < count:
        topic = int(random.integers(TOPICS))
        start = float(random.uniform(0, days))
        centre = _unit(random.standard_normal(DIMENSIONS))
        words = random.integers(VOCABULARY, size=EVENT_WORDS)
        for _ in range(min(int(random.integers(1, 7)), count - len(made))):
            moment = START + timedelta(days=min(days, start + float(random.exponential(0.5))))
            shares = zip(
                EVENT_SPREAD,
                (topics[topic], centre, _unit(random.standard_normal(DIMENSIONS))),
                strict=True,
            )
            vector = _unit(np.sum([share * each for share, each in shares], axis=0))
            made.append(_article(len(made), event, topic, moment, vector, words, random))
        event += 1
    return sorted(made, key=lambda each: (each.profile.moment, each.profile.article_id))


def _article(
    number: int,
    event: int,
    topic: int,
    moment: datetime,
    vector: NDArray[np.float64],
    event_words: NDArray[np.int64],
    random: np.random.Generator,
) -> Made:
    own = random.choice(event_words, size=EVENT_WORDS * 3 // 5, replace=False)
    common = np.minimum(random.zipf(1.3, size=WORDS), VOCABULARY)  # few words are in most texts
    terms = dict.fromkeys([f"w{word}" for word in (*own, *common)], 1)
    names = {f"firm {event}": f"Firm {event}", f"town {event}": f"Town {event}"}
    names |= {f"body {topic}": f"Body {topic}"}
    return Made(
        Profile(
            article_id=f"a-{number:06}",
            moment=moment,
            dated=True,
            source=f"source {number % 200}",
            url=None,
            title=f"Report {number}",
            vector=vector.astype(np.float32),
            terms=terms,
            names=names,
            title_names=frozenset([f"firm {event}"]),
            lead_names=frozenset(names),
            protagonists=frozenset([f"firm {event}"]),
            words=400,
        ),
        event,
    )


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = vector / np.linalg.norm(vector)
    return unit


def place_stream(articles: Sequence[Made], sizes: Sequence[int]) -> dict[str, Any]:
    """Place the articles a day at a time; return seconds up to each size, F1 and peak memory."""
    seconds = 0.0
    points: list[tuple[int, float]] = []
    done = 0
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "bench.db") as store:
        for day in _days(articles):
            for each in day:
                _save(store, each.profile)
            new = [NewProfile(each.profile, "text", "made up") for each in day]
            started = time.perf_counter()
            place(store, new, window=WINDOW, now=START)
            seconds += time.perf_counter() - started
            done += len(day)
            while len(points) < len(sizes) and done >= sizes[len(points)]:
                points.append((done, seconds))
                say(f"{done} articles: {seconds:.1f} s")
        home = store.story_of([each.profile.article_id for each in articles])
    f1 = b_cubed([each.event for each in articles], list(home.values()))[2]
    return {"points": points, "f1": f1, "peak_mb": _peak_mb()}


def _days(articles: Sequence[Made]) -> Iterator[list[Made]]:
    return (list(day) for _, day in groupby(articles, key=lambda each: each.profile.moment.date()))


def _save(store: Store, profile: Profile) -> None:
    article = Article(
        article_id=profile.article_id,
        source=profile.source,
        first_seen=profile.moment,
        published=profile.moment,
    )
    revision = Revision(
        article_id=profile.article_id,
        text_sha256=Revision.hash_of(profile.title, ""),
        title=profile.title,
        text="",
        seen_at=profile.moment,
    )
    store.save_article(article, revision)


def agglomerative(articles: Sequence[Made]) -> dict[str, Any]:
    """Cluster the vectors by average linkage with scikit-learn; return seconds and peak memory."""
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=0.55
    )
    return _timed(lambda vectors: model.fit_predict(vectors), articles)


def hdbscan(articles: Sequence[Made]) -> dict[str, Any]:
    """Cluster the vectors with scikit-learn's HDBSCAN; return seconds and peak memory."""
    from sklearn.cluster import HDBSCAN

    model = HDBSCAN(min_cluster_size=2, copy=True)
    return _timed(lambda vectors: model.fit_predict(vectors), articles)


def _timed(
    fit: Callable[[NDArray[np.float32]], object], articles: Sequence[Made]
) -> dict[str, Any]:
    vectors = np.stack([each.profile.vector for each in articles])
    started = time.perf_counter()
    fit(vectors)
    return {"seconds": time.perf_counter() - started, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _weeks(sizes: Sequence[int]) -> dict[str, Any]:
    count = sizes[-1]
    return place_stream(stream(count, count / A_DAY), sizes)


def _one_window(size: int) -> dict[str, Any]:
    return place_stream(stream(size, WINDOW.days), [size])


def _peer(name: str, size: int) -> dict[str, Any]:
    peer = {"agglomerative": agglomerative, "hdbscan": hdbscan}[name]
    return peer(stream(size, size / A_DAY))


def main(arguments: list[str]) -> dict[str, Any]:
    """Return the metrics that the module's docstring names."""
    parser = argparse.ArgumentParser(
        prog="python -m bench stories",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run; figures mean nothing")
    parser.add_argument(
        "--articles", type=int, default=SIZES[-1], metavar="N", help="stop the stream earlier"
    )
    given = parser.parse_args(arguments)
    sizes = QUICK if given.quick else tuple(n for n in SIZES if n <= given.articles) or SIZES[:1]
    weeks = _alone(_weeks, sizes)
    windows = [_alone(_one_window, size) for size in (QUICK if given.quick else WINDOW_SIZES)]
    count, seconds = weeks["points"][-1]
    metrics: dict[str, Any] = {
        "task": "stories",
        "articles": [n for n, _ in weeks["points"]],
        "seconds": [round(s, 2) for _, s in weeks["points"]],
        "growth_exponent": _rounded(growth_exponent(weeks["points"])),
        "articles_per_second": round(count / seconds, 1),
        "peak_mb": round(weeks["peak_mb"]),
        "f1": round(weeks["f1"], 4),
        "one_window_seconds": [round(each["points"][-1][1], 2) for each in windows],
        "one_window_exponent": _rounded(growth_exponent([each["points"][-1] for each in windows])),
        "one_window_f1": round(windows[-1]["f1"], 4),
    }
    ours = dict(zip(sizes, (seconds for _, seconds in weeks["points"]), strict=True))
    for name in ("agglomerative", "hdbscan"):
        metrics |= _against(name, QUICK if given.quick else PEER_SIZES, ours)
    return metrics


def _against(name: str, sizes: Sequence[int], ours: dict[int, float]) -> dict[str, Any]:
    runs = {size: _alone(_peer, name, size) for size in sizes}
    points = [(size, run["seconds"]) for size, run in runs.items()]
    common = [size for size in sizes if size in ours]
    return {
        f"{name}_articles": list(sizes),
        f"{name}_seconds": [round(run["seconds"], 2) for run in runs.values()],
        f"{name}_exponent": _rounded(growth_exponent(points)),
        f"{name}_peak_mb": round(max(run["peak_mb"] for run in runs.values())),
        f"{name}_ratio": [round(runs[size]["seconds"] / ours[size], 2) for size in common],
    }


def _alone(run: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """Return what a run in a process of its own returns, so that memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        return process.submit(run, *arguments).result()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
