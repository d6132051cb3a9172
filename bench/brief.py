"""The brief stage against the plain way: stories a minute, growth, and how much is our own words.

Three sides do the same stories with the same model, dtype, greedy decoding with a KV cache and
max_new_tokens, each in a process of its own, one at a time, in blocks (A B C A B C):

  ours       the brief stage as shipped: evidence, prompts in batches, checks, briefs
  unbatched  the same stage with each prompt in one transformers text-generation call
  plain      one transformers text-generation call for each section, with the story's longest
             article whole in the prompt

Drafts are not cached. Analysis (sentence vectors) is done before, for it is another stage; its
time is printed too. The slower sides do a part of each block's stories and are compared by story.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.corpus import Corpus, Setup, Told, file_stories, prepare
from bench.figures import Block, Measured, metrics, table
from bench.processes import remote
from bench.sides import Side, Timing, open_ours, open_plain, open_unbatched
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.console import say
from pipeline.home import Home
from pipeline.settings import cache_home, load_settings


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    blocks: int
    ours: int
    """Stories of a block."""
    unbatched: int
    """Stories of a block that the unbatched side does."""
    plain: int
    """Stories of a block that the plain way does."""
    ladders: tuple[tuple[int, ...], ...]
    """Numbers of stories for the growth of our stage, besides a block's: the first ladder that the
    time allows is climbed, else the last."""
    minutes: float
    """The whole run's, preparation included."""
    max_new_tokens: int = MAX_NEW_TOKENS

    @property
    def stories(self) -> int:
        """The most stories that are needed at once."""
        return max(self.blocks * self.ours, *(max(ladder) for ladder in self.ladders))


FULL = Sizes(
    blocks=3,
    ours=25,
    unbatched=8,
    plain=4,
    ladders=((50, 100, 200, 400), (100, 400), (400,), (200,), (100,)),
    minutes=32,
)
"""25 stories are half of a full week. The two slower sides get what the time allows: on two quiet
cores the plain way needs half a minute a story."""
QUICK = Sizes(blocks=1, ours=2, unbatched=1, plain=1, ladders=((4,),), minutes=1, max_new_tokens=8)


def main(arguments: list[str]) -> dict[str, Any]:
    """Time the sides and return the figures.

    Raises:
        HalfminuteError: the articles or a model cannot be used.
    """
    parser = argparse.ArgumentParser(
        prog="python -m bench brief",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n"
        "  python -m bench brief\n"
        "  python -m bench brief --quick\n"
        "  python -m bench brief --articles news.jsonl.gz\n"
        "  python -m bench brief --model ./my-model --minutes 120\n"
        "  HALFMINUTE_MODELS__DTYPE=bfloat16 python -m bench brief",
    )
    parser.add_argument(
        "--articles",
        type=Path,
        metavar="FILE",
        help="JSON lines (gzip or not) with `text` or `source`, and `title` where known: one story "
        "each, varied if there are too few (default: the shipped sample weeks)",
    )
    parser.add_argument("--model", metavar="NAME", help="another generator, for all sides")
    parser.add_argument(
        "--minutes",
        type=float,
        default=FULL.minutes,
        help="how long it may take; growth is measured on what is left (default: %(default)g)",
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run on a few stories")
    given = parser.parse_args(arguments)
    settings = load_settings(None, {"models": {"generator": given.model}} if given.model else {})
    told = file_stories(given.articles, settings.ingest) if given.articles else []
    sizes = QUICK if given.quick else replace(FULL, minutes=given.minutes)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        setup = Setup(
            home=Home(Path(scratch)),
            cache=cache_home(dict(os.environ)),
            settings=settings,
            max_new_tokens=sizes.max_new_tokens,
        )
        say(f"preparing {sizes.stories} stories ...")
        with remote("preparation", preparer, setup) as ask:
            ask.ready()
            corpus = ask((told, sizes.stories))
        with opened(setup) as sides:
            measured = measure(
                sizes, corpus, sides, lambda: sizes.minutes * 60 - (time.monotonic() - started)
            )
    found = metrics(measured)
    print(table(found))
    return {
        "task": "brief",
        "model": settings.models.generator,
        "dtype": settings.models.dtype,
        "cores": os.cpu_count(),
        "seconds": round(time.monotonic() - started, 1),
        **found,
    }


@contextmanager
def preparer(setup: Setup) -> Iterator[Callable[[tuple[Sequence[Told], int]], Corpus]]:
    """Give what puts so many stories, those told or the sample's, into the home's store."""
    yield lambda question: prepare(setup, *question)


@dataclass(frozen=True)
class Sides:
    """The three that are compared."""

    ours: Side
    unbatched: Side
    plain: Side


@contextmanager
def opened(setup: Setup) -> Iterator[Sides]:
    """Give the sides, each in a process of its own with its model loaded."""
    with ExitStack() as stack:
        asks = [
            stack.enter_context(remote(name, opener, setup))
            for name, opener in (
                ("ours", open_ours),
                ("unbatched", open_unbatched),
                ("plain", open_plain),
            )
        ]
        for ask in asks:
            ask.ready()
        yield Sides(*asks)


def measure(sizes: Sizes, corpus: Corpus, sides: Sides, left: Callable[[], float]) -> Measured:
    """Time the sides in blocks, then the growth of ours; `left` gives the seconds that remain.

    After half of the time no further block is begun.
    """
    half = left() / 2
    blocks: list[Block] = []
    for number in range(sizes.blocks):
        if number and left() < half:
            say(f"half of the time is gone: {number} blocks instead of {sizes.blocks}")
            break
        ids = corpus.story_ids[number * sizes.ours : (number + 1) * sizes.ours]
        label = f"block {number + 1} of {sizes.blocks}"
        blocks.append(
            Block(
                ours=timed(f"{label}, ours", sides.ours, ids),
                unbatched=timed(
                    f"{label}, unbatched", sides.unbatched, spread(ids, sizes.unbatched)
                ),
                plain=timed(f"{label}, plain", sides.plain, spread(ids, sizes.plain)),
            )
        )
    pace = max(block.ours.per_story for block in blocks)
    growth = tuple(
        timed("growth, ours", sides.ours, corpus.story_ids[:stories])
        for stories in ladder(sizes.ladders, pace, left())
    )
    return Measured(corpus, tuple(blocks), growth)


def timed(label: str, side: Side, story_ids: Sequence[str]) -> Timing:
    """Call a side and say on stderr what it took."""
    timing = side(story_ids)
    say(f"{label}: {timing.stories} stories in {timing.seconds:.1f} s")
    return timing


def spread(story_ids: Sequence[str], count: int) -> Sequence[str]:
    """Return `count` of the ids, at even distances: the corpus repeats its stories in order."""
    return [story_ids[number * len(story_ids) // count] for number in range(count)]


def ladder(ladders: Sequence[tuple[int, ...]], pace: float, seconds: float) -> tuple[int, ...]:
    """Return the first ladder that takes no longer at `pace` seconds a story, else the last."""
    fitting = (each for each in ladders if sum(each) * pace <= seconds)
    return next(fitting, ladders[-1])
