from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.ranking import WEIGHTS, place_in, rank_scores, source_score

START = datetime(2026, 11, 9, tzinfo=UTC)
END = START + timedelta(days=7)
SHARES = st.floats(0, 1)


def scores(
    origins: int = 1,
    novelty: float = 0.5,
    recency: float = 0.5,
    source: float = 0.5,
    interest: float = 0.0,
) -> dict[str, float]:
    return rank_scores(
        origins=origins, novelty=novelty, recency=recency, source=source, interest=interest
    )


@given(st.integers(0, 10_000), SHARES, SHARES, SHARES, SHARES)
def test_the_total_can_be_computed_from_the_published_components(
    origins: int, novelty: float, recency: float, source: float, interest: float
) -> None:
    found = scores(origins, novelty, recency, source, interest)
    assert set(found) == {*WEIGHTS, "total"}
    assert all(0 <= value <= 1 and round(value, 4) == value for value in found.values())
    assert found["total"] == round(sum(WEIGHTS[name] * found[name] for name in WEIGHTS), 4)


def test_the_weights_add_up_to_one_and_the_best_total_is_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert scores(7, 1.0, 1.0, 1.0, 1.0)["total"] == 1.0


@given(st.integers(0, 20), SHARES, SHARES, SHARES, SHARES, st.floats(0, 0.5))
def test_more_of_anything_never_lowers_the_total(
    origins: int, novelty: float, recency: float, source: float, interest: float, more: float
) -> None:
    base = (novelty, recency, source, interest)
    total = scores(origins, *base)["total"]
    assert scores(origins + 1, *base)["total"] >= total
    for n in range(len(base)):
        raised = tuple(min(1.0, v + more) if i == n else v for i, v in enumerate(base))
        assert scores(origins, *raised)["total"] >= total


def test_three_independent_origins_outweigh_the_whole_week_of_recency() -> None:
    assert scores(3, recency=0.0)["total"] > scores(1, recency=1.0)["total"]


def test_what_the_reader_follows_passes_one_more_origin_but_not_six_more() -> None:
    assert scores(1, interest=1.0)["total"] > scores(2)["total"]
    assert scores(1, interest=1.0)["total"] < scores(7)["total"]


def test_a_moment_has_its_place_in_the_period() -> None:
    places = [place_in(START + timedelta(days=d), START, END) for d in (-3, 0, 3.5, 7, 9)]
    assert places == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_the_usual_weight_of_a_source_is_the_middle() -> None:
    assert [source_score(w) for w in (0.0, 1.0, 3.0)] == [0.0, 0.5, 0.75]
    assert source_score(10.0) < 1.0
