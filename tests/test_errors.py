from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import errors
from pipeline.errors import (
    AdapterError,
    BlockedHostError,
    FetchError,
    HalfminuteError,
    SourceError,
    TooLargeError,
)


def tree(root: type[HalfminuteError]) -> Iterator[type[HalfminuteError]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


TREE = [kind for kind in tree(HalfminuteError) if kind.__module__ == errors.__name__]


@given(st.text(), st.text(), st.text())
def test_an_error_is_one_line(subject: str, what: str, mend: str) -> None:
    line = str(HalfminuteError(subject, what, mend))
    assert len(line.splitlines()) <= 1
    for part in (subject, what, mend):
        assert " ".join(part.split()) in line


def test_the_line_says_subject_trouble_and_mend() -> None:
    error = HalfminuteError("feed.xml", "is not\na feed", "name a feed")
    assert str(error) == "feed.xml: is not a feed; name a feed"
    assert str(HalfminuteError("feed.xml", "is empty")) == "feed.xml: is empty"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("HalfminuteError", 1),
        ("UsageError", 2),
        ("SettingsError", 2),
        ("ResourceError", 1),
        ("SourceError", 1),
        ("FetchError", 1),
        ("BlockedHostError", 1),
        ("TooLargeError", 1),
        ("FeedError", 1),
        ("ExtractionError", 1),
        ("ModelError", 1),
        ("ModelNotFoundError", 2),
        ("ModelPullError", 1),
        ("AdapterError", 1),
        ("StoreError", 1),
    ],
)
def test_exit_codes(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_overview_with_its_exit_code(
    kind: type[HalfminuteError],
) -> None:
    """A code left out there is the one of the error above it, or 1."""
    lines = [
        line for line in (errors.__doc__ or "").splitlines() if f" {kind.__name__} " in f"{line} "
    ]
    assert len(lines) == 1
    if "exit " in lines[0]:
        assert lines[0].endswith(f"exit {kind.exit_code}")
    else:
        assert kind.exit_code == 1


def test_every_error_has_a_kind_of_its_own() -> None:
    kinds = [kind.kind for kind in TREE]
    assert len(set(kinds)) == len(kinds)


def test_fetch_errors_say_whether_to_try_again() -> None:
    busy = FetchError("https://x.example", "busy", retryable=True, retry_after=30.0, status=503)
    assert (busy.retryable, busy.retry_after, busy.status) == (True, 30.0, 503)
    gone = FetchError("https://x.example", "gone", status=410)
    assert (gone.retryable, gone.retry_after) == (False, None)
    assert not SourceError("x", "y").retryable


@pytest.mark.parametrize("kind", [BlockedHostError, TooLargeError])
def test_a_refusal_is_not_tried_again(kind: type[FetchError]) -> None:
    assert not kind("https://x.example", "refused").retryable


def test_a_fetch_error_survives_the_way_back_from_a_worker_process() -> None:
    sent = FetchError("https://x.example", "busy", "wait", retryable=True, retry_after=2.5)
    received = pickle.loads(pickle.dumps(sent))
    assert str(received) == str(sent)
    assert (received.retryable, received.retry_after) == (True, 2.5)


def test_an_adapter_error_names_the_model_to_go_on_with() -> None:
    sent = AdapterError("my-writer", "is damaged", "reinstall", base="my-base")
    assert pickle.loads(pickle.dumps(sent)).base == "my-base"
