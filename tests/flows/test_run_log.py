from __future__ import annotations

import logging

import pytest

from flows.run_log import LINE_SECONDS, logged_progress, table_cell


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_progress_is_told_at_first_now_and_then_and_at_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    log = logging.getLogger("tests.run_log")
    with caplog.at_level(logging.INFO, log.name):
        progress = logged_progress(log, clock)
        for done in range(1, 101):
            progress("writing", done, 100)
            clock.now += LINE_SECONDS / 40
        progress("other", 1, 9)
    assert caplog.messages == [
        "writing: 1 of 100",
        "writing: 41 of 100",
        "writing: 81 of 100",
        "writing: 100 of 100",
        "other: 1 of 9",
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("plain words, 3.5%", "plain words, 3.5%"),
        ("a|b\nc", "a\\|b c"),
        ("[x](http://y) <b>", "\\[x\\](http://y) \\<b\\>"),
        ("C:\\x", "C:\\\\x"),
    ],
)
def test_a_cell_shows_its_text(text: str, cell: str) -> None:
    assert table_cell(text) == cell
