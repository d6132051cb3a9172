from __future__ import annotations

import pytest

from pipeline.console import (
    MAX_FAILURES_SHOWN,
    error_line,
    failure_lines,
    out,
    progress_bars,
    say,
)
from pipeline.errors import FeedError
from pipeline.records import Failure

Captured = pytest.CaptureFixture[str]


def test_an_error_is_one_line_on_stderr(capsys: Captured) -> None:
    error_line(FeedError("https://a.example/f?key=s3cret&n=1", "is no\nfeed", "check the address"))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "halfminute: https://a.example/f?key=***&n=1: is no feed; check the address\n"
    )


def test_what_is_said_steers_no_terminal(capsys: Captured) -> None:
    say("\x1b[2Jthe server said\r\nnonsense\x07")
    assert capsys.readouterr().err == "halfminute: [2Jthe server said nonsense\n"


def test_each_failed_source_is_a_line_with_its_mend(capsys: Captured) -> None:
    failure_lines(
        [
            Failure(source="a.xml", kind="feed", reason="is empty", mend="fill it"),
            Failure(source="b.xml", kind="feed", reason="is empty"),
        ]
    )
    assert capsys.readouterr().err.splitlines() == [
        "halfminute: a.xml: is empty; fill it",
        "halfminute: b.xml: is empty",
    ]


def test_beyond_what_can_be_read_failures_are_counted(capsys: Captured) -> None:
    one = Failure(source="a.xml", kind="feed", reason="is empty")
    failure_lines([one] * (MAX_FAILURES_SHOWN + 3))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == MAX_FAILURES_SHOWN + 1
    assert lines[-1] == "halfminute: and 3 more failed sources"


def test_results_are_printed_as_they_are(capsys: Captured) -> None:
    out().print("12 stories at https://a.example/f", markup=False)
    assert capsys.readouterr().out == "12 stories at https://a.example/f\n"


def test_without_a_terminal_progress_is_silent(capsys: Captured) -> None:
    with progress_bars() as progress:
        for done in range(5):
            progress("reading", done, 5)
            progress("writing", done, 5)
    assert capsys.readouterr() == ("", "")
