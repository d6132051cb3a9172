from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench.processes import remote
from pipeline.errors import HalfminuteError, ModelError


@contextmanager
def opener(greeting: str) -> Iterator[Callable[[str], tuple[str, int]]]:
    """Answer with a greeting and the process's id."""
    if greeting == "refuse":
        raise ModelError("the model", "is not there", "pull it")

    def ask(name: str) -> tuple[str, int]:
        if name == "fail":
            raise ModelError("the model", "failed", "try again")
        if name == "die":
            os._exit(3)
        return f"{greeting}, {name}", os.getpid()

    yield ask


def test_a_process_of_its_own_answers_again_and_again() -> None:
    with remote("greeter", opener, "Hello") as ask:
        ask.ready()
        first, second = ask("Ada"), ask("Ben")
    assert (first[0], second[0]) == ("Hello, Ada", "Hello, Ben")
    assert first[1] == second[1] != os.getpid()


def test_its_errors_arrive_as_they_were_raised() -> None:
    with remote("greeter", opener, "Hello") as ask:
        ask.ready()
        with pytest.raises(ModelError, match="the model: failed; try again"):
            ask("fail")


def test_an_opener_that_fails_says_so_when_it_is_waited_for() -> None:
    with (
        remote("greeter", opener, "refuse") as ask,
        pytest.raises(ModelError, match="is not there"),
    ):
        ask.ready()


def test_a_process_that_dies_is_an_error_with_its_name() -> None:
    with remote("greeter", opener, "Hello") as ask:
        ask.ready()
        with pytest.raises(HalfminuteError, match="greeter: its process ended"):
            ask("die")
