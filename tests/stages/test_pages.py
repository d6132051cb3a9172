from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.records import FetchState, FetchStatus, Page
from pipeline.settings import IngestSettings
from pipeline.stages.pages import page_is_due
from tests.fakes import NOW

SETTINGS = IngestSettings(recheck_hours=6, recheck_days=7)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def had(hours_ago: float) -> FetchState:
    moment = NOW - hours_ago * HOUR
    return FetchState(status=FetchStatus.OK, fetched_at=moment, ok_at=moment)


def failed(hours_ago: float, failures: int) -> FetchState:
    return FetchState(
        status=FetchStatus.FAILED, fetched_at=NOW - hours_ago * HOUR, failures=failures
    )


@pytest.mark.parametrize(
    ("state", "seen_days_ago", "due"),
    [
        (FetchState(), None, True),
        (had(0), 0, False),
        (had(5.9), 1, False),
        (had(6), 1, True),
        (had(6), 6.9, True),
        (had(6), 7, False),
        (had(6), 400, False),
        (had(-1), 1, False),
        (failed(0, 1), None, True),
        (failed(0, 9), None, True),
        (failed(5.9, 1), None, False),
        (failed(6, 1), None, True),
        (failed(11.9, 2), None, False),
        (failed(12, 2), None, True),
        (failed(6 * 64 - 1, 7), None, False),
        (failed(6 * 64, 7), None, True),
        (failed(6 * 64, 5000), None, True),
        (failed(6, 1), 400, True),
    ],
)
def test_when_a_page_is_due(state: FetchState, seen_days_ago: float | None, due: bool) -> None:
    known = Page(url_key="k", url="https://example.org/1", state=state)
    first_seen = None if seen_days_ago is None else NOW - seen_days_ago * DAY
    assert page_is_due(known, first_seen, SETTINGS, NOW) is due
