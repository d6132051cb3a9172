from __future__ import annotations

import numpy as np

from bench.stories import A_DAY, START, agglomerative, hdbscan, place_stream, stream


def test_the_stream_is_always_the_same_and_in_order_of_time() -> None:
    one, again = stream(300, 3), stream(300, 3)
    assert [each.profile.article_id for each in one] == [each.profile.article_id for each in again]
    assert all(
        np.array_equal(a.profile.vector, b.profile.vector) for a, b in zip(one, again, strict=True)
    )
    moments = [each.profile.moment for each in one]
    assert moments == sorted(moments)
    assert (moments[-1] - START).days <= 3


def test_reports_on_one_event_are_as_like_as_with_the_encoder() -> None:
    articles = stream(400, 2)
    vectors = np.stack([each.profile.vector for each in articles])
    events = np.array([each.event for each in articles])
    cosines = vectors @ vectors.T
    same = (events[:, None] == events[None, :]) & ~np.eye(len(events), dtype=bool)
    assert 0.55 < cosines[same].mean() < 0.72
    assert abs(cosines[events[:, None] != events[None, :]].mean()) < 0.05


def test_placing_a_stream_times_it_and_finds_its_events() -> None:
    found = place_stream(stream(120, 120 / A_DAY), [60, 120])
    (first, _), (last, _) = found["points"]
    assert 60 <= first <= last == 120
    assert found["f1"] > 0.95
    assert found["peak_mb"] > 10


def test_the_peers_run_on_the_same_vectors() -> None:
    articles = stream(60, 1)
    for peer in (agglomerative, hdbscan):
        assert peer(articles)["seconds"] > 0
