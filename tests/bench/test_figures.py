from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.claims import ClaimCounts
from bench.corpus import Corpus
from bench.figures import Block, Measured, growth_exponent, metrics, table
from bench.sides import Timing

IDS = tuple(f"s-{number}" for number in range(100))
CORPUS = Corpus(IDS, told=2, articles=150, words=60_000, analysis_seconds=50.0)


def block(ours: float, unbatched: float, plain: float, **claims: ClaimCounts) -> Block:
    """Return a block in which the sides took so many seconds a story."""
    return Block(
        ours=Timing(10, 10 * ours, calls=20, prompt_tokens=3000, new_tokens=900, claims=claims),
        unbatched=Timing(4, 4 * unbatched, calls=8),
        plain=Timing(2, 2 * plain, calls=14, peak_mb=700.0),
    )


def measured(*blocks: Block, growth: tuple[Timing, ...] = ()) -> Measured:
    return Measured(CORPUS, blocks, growth)


@given(
    exponent=st.floats(0.5, 2.5),
    pace=st.floats(0.01, 100),
    sizes=st.sets(st.integers(1, 1000), min_size=2, max_size=6),
)
def test_the_exponent_of_a_power_law_is_found(
    exponent: float, pace: float, sizes: set[int]
) -> None:
    points = [(stories, pace * stories**exponent) for stories in sizes]
    assert growth_exponent(points) == pytest.approx(exponent, abs=1e-6)


def test_a_fixed_cost_lowers_the_exponent_and_a_pairwise_one_raises_it() -> None:
    sizes = (25, 50, 100, 200, 400)
    fixed = growth_exponent([(n, 20 + 2 * n) for n in sizes])
    pairwise = growth_exponent([(n, 2 * n + 0.05 * n**2) for n in sizes])
    assert fixed is not None
    assert pairwise is not None
    assert 0.8 < fixed < 1 < 1.3 < pairwise < 2


def test_one_size_has_no_exponent() -> None:
    assert growth_exponent([(25, 3.0), (25, 3.1)]) is None


def test_the_ratio_is_that_of_the_median_block_by_story() -> None:
    found = metrics(measured(block(2, 6, 30), block(4, 10, 44), block(1, 5, 25)))
    assert found["ratio"] == 15
    assert found["ratio_blocks"] == [15, 11, 25]
    assert found["ratio_unbatched"] == 3
    assert found["ratio_with_analysis"] == 12  # 0.5 s a story more
    assert found["stories_per_minute"] == 30
    assert found["stories_per_minute_plain"] == 2


def test_tokens_and_calls_are_a_story() -> None:
    found = metrics(measured(block(2, 6, 30)))
    assert found["calls_per_story"] == 2
    assert found["prompt_tokens_per_story"] == 300
    assert found["new_tokens_per_story"] == 90
    assert found["calls_per_story_plain"] == 7
    assert found["peak_mb_plain"] == 700


def test_growth_takes_the_blocks_and_the_longer_runs() -> None:
    runs = (Timing(40, 80.0, peak_mb=950.0), Timing(80, 160.0))
    found = metrics(measured(block(2, 6, 30), growth=runs))
    assert found["growth_exponent"] == 1
    assert found["growth_stories"] == [10, 40, 80]
    assert found["peak_mb"] == 950


def test_shares_are_those_of_the_stories_as_told() -> None:
    found = metrics(
        measured(
            block(
                2,
                6,
                30,
                **{
                    "s-0": ClaimCounts(written=1, condensed=2, quoted=1),
                    "s-1": ClaimCounts(trimmed=1, inferred=3),
                    "s-2": ClaimCounts(quoted=50),  # a variation
                },
            )
        )
    )
    assert found["written_or_condensed"] == 0.6
    assert (found["written"], found["condensed"]) == (0.2, 0.4)
    assert (found["trimmed"], found["quoted"]) == (0.2, 0.2)
    assert (found["claims"], found["claims_inferred"]) == (5, 3)


def test_what_is_undefined_is_null_and_all_fits_on_one_line_of_json() -> None:
    found = metrics(measured(block(2, 6, 30)))
    assert found["written_or_condensed"] is None
    assert found["growth_exponent"] is None
    line = json.dumps(found)
    assert "\n" not in line
    assert {"ratio", "growth_exponent", "written_or_condensed"} <= set(json.loads(line))
    assert not [value for value in found.values() if isinstance(value, float) and math.isnan(value)]


def test_the_table_shows_the_three_sides() -> None:
    lines = table(metrics(measured(block(2, 6, 30)))).splitlines()
    assert lines[0].split() == ["ours", "unbatched", "plain"]
    (speed,) = [line for line in lines if line.startswith("stories a minute")]
    assert speed.split()[-3:] == ["30.0", "10.0", "2.0"]
