"""From timings to the figures that are printed."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from bench.claims import ClaimCounts
from bench.corpus import Corpus
from bench.sides import Timing


@dataclass(frozen=True)
class Block:
    """The three sides, one after the other, on stories of one stretch of the corpus."""

    ours: Timing
    unbatched: Timing
    plain: Timing


@dataclass(frozen=True)
class Measured:
    """All that a run timed."""

    corpus: Corpus
    blocks: tuple[Block, ...]
    growth: tuple[Timing, ...]
    """Our stage on ever more stories."""

    @property
    def points(self) -> list[tuple[int, float]]:
        """(stories, seconds) of every run of our stage."""
        runs = [*(block.ours for block in self.blocks), *self.growth]
        return [(run.stories, run.seconds) for run in runs]


def growth_exponent(points: Sequence[tuple[int, float]]) -> float | None:
    """Return the slope of log seconds over log stories by least squares.

    1 is time in proportion, 2 its square; None where all runs had one size.
    """
    if len({stories for stories, _ in points}) < 2:
        return None
    fitted = statistics.linear_regression(
        [math.log(stories) for stories, _ in points], [math.log(seconds) for _, seconds in points]
    )
    return fitted.slope


def told_claims(measured: Measured) -> ClaimCounts:
    """Return the counts of the timed stories that are as told; variations are for the clock."""
    corpus = measured.corpus
    counts = {
        story_id: count
        for block in measured.blocks
        for story_id, count in block.ours.claims.items()
    }
    told = (counts[story_id] for story_id in corpus.story_ids[: corpus.told] if story_id in counts)
    return reduce(add, told, ClaimCounts())


def metrics(measured: Measured) -> dict[str, Any]:
    """Return the figures by name: flat, rounded, undefined ones null."""
    blocks, corpus = measured.blocks, measured.corpus
    analysis = corpus.analysis_seconds / len(corpus.story_ids)
    ours = [block.ours for block in blocks]
    sides = {
        "": ours,
        "_unbatched": [block.unbatched for block in blocks],
        "_plain": [block.plain for block in blocks],
    }
    ratios = [block.plain.per_story / block.ours.per_story for block in blocks]
    claims = told_claims(measured)
    shares = {kind: claims.share(kind) for kind in ("written", "condensed", "trimmed", "quoted")}
    own = None if claims.sourced == 0 else (claims.written + claims.condensed) / claims.sourced
    found: dict[str, Any] = {
        "ratio": statistics.median(ratios),
        "ratio_blocks": [round(ratio, 2) for ratio in ratios],
        "ratio_unbatched": statistics.median(
            block.unbatched.per_story / block.ours.per_story for block in blocks
        ),
        "ratio_with_analysis": statistics.median(
            block.plain.per_story / (block.ours.per_story + analysis) for block in blocks
        ),
        "growth_exponent": growth_exponent(measured.points),
        "growth_stories": [stories for stories, _ in measured.points],
        "growth_seconds": [round(seconds, 1) for _, seconds in measured.points],
        "written_or_condensed": own,
        **shares,
        "claims": claims.sourced,
        "claims_inferred": claims.inferred,
        "analysis_seconds_per_story": analysis,
        "articles_per_story": corpus.articles / len(corpus.story_ids),
        "words_per_article": corpus.words / corpus.articles,
        "stories_as_told": corpus.told,
        "prompts_repeated": sum(run.repeated for run in [*ours, *measured.growth]),
    }
    for name, runs in sides.items():
        found |= {f"{key}{name}": value for key, value in _side(runs).items()}
    found["peak_mb"] = max(run.peak_mb for run in [*ours, *measured.growth])
    return {
        key: round(value, 3) if isinstance(value, float) else value for key, value in found.items()
    }


def _side(runs: Sequence[Timing]) -> dict[str, Any]:
    """Return one side's figures: a story's are means, the speed is that of the median block."""
    stories = sum(run.stories for run in runs)
    return {
        "stories": stories,
        "stories_per_minute": 60 / statistics.median(run.per_story for run in runs),
        "calls_per_story": sum(run.calls for run in runs) / stories,
        "prompt_tokens_per_story": sum(run.prompt_tokens for run in runs) / stories,
        "new_tokens_per_story": sum(run.new_tokens for run in runs) / stories,
        "scored_tokens_per_story": sum(run.scored_tokens for run in runs) / stories,
        "peak_mb": max(run.peak_mb for run in runs),
    }


def table(found: dict[str, Any]) -> str:
    """Return the figures of the three sides as lines for a reader."""
    sides = {"ours": "", "unbatched": "_unbatched", "plain": "_plain"}
    rows = {
        "stories timed": "stories",
        "stories a minute": "stories_per_minute",
        "model calls a story": "calls_per_story",
        "prompt tokens a story": "prompt_tokens_per_story",
        "new tokens a story": "new_tokens_per_story",
        "scored tokens a story": "scored_tokens_per_story",
        "peak memory, MB": "peak_mb",
    }
    lines = [f"{'':24}" + "".join(f"{side:>12}" for side in sides)]
    lines += [
        f"{label:24}" + "".join(f"{found[key + suffix]:12.1f}" for suffix in sides.values())
        for label, key in rows.items()
    ]
    return "\n".join(lines)
