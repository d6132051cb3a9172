"""The command line as a user meets it: what is printed where, and the exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NOW = "2026-11-16T06:00:00Z"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on stderr, line by line."""
        return self.err.splitlines()


Run = Callable[..., Done]


def assert_usage_error(done: Done, *said: str) -> None:
    """It is exit code 2, and one line on stderr that holds these words."""
    assert (done.code, done.out, len(done.lines)) == (2, "", 1), done
    assert done.err.startswith("halfminute: ")
    for words in said:
        assert words in done.err
