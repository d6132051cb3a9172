from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.ranking import rank_scores

START = datetime(2026, 11, 9, tzinfo=UTC)
END = START + timedelta(days=7)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def scores(
    origins: int = 1, news: float = 0.5, latest: datetime = START + timedelta(days=3)
) -> dict[str, float]:
    return rank_scores(independent_origins=origins, news=news, latest=latest, start=START, end=END)


@given(st.integers(0, 10_000), st.floats(0, 1), MOMENTS)
def test_every_component_lies_between_0_and_1_with_four_decimals(
    origins: int, news: float, latest: datetime
) -> None:
    found = scores(origins, news, latest)
    assert set(found) == {"origins", "news", "recency", "total"}
    assert all(0 <= value <= 1 and round(value, 4) == value for value in found.values())


@given(st.integers(0, 20), st.floats(0, 1), st.timedeltas(timedelta(0), timedelta(days=7)))
def test_more_of_anything_never_lowers_the_total(
    origins: int, news: float, after: timedelta
) -> None:
    base = scores(origins, news, START + after)["total"]
    assert scores(origins + 1, news, START + after)["total"] >= base
    assert scores(origins, min(1, news + 0.1), START + after)["total"] >= base
    assert scores(origins, news, START + after + timedelta(hours=9))["total"] >= base


def test_independent_origins_outweigh_what_a_day_makes_up() -> None:
    many = scores(origins=3, latest=START + timedelta(days=2))
    fresh = scores(origins=1, latest=START + timedelta(days=3))
    assert many["total"] > fresh["total"]


def test_the_best_total_is_one() -> None:
    assert scores(origins=7, news=1.0, latest=END)["total"] == 1.0
