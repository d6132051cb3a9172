"""A side in a process of its own, so that its peak memory is its own and no other's."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from pipeline.errors import HalfminuteError

Q = TypeVar("Q")
A = TypeVar("A")
S = TypeVar("S")

Opener = Callable[[S], AbstractContextManager[Callable[[Q], A]]]
"""From a setup to something that answers; of module level, for a process finds it by name."""


class Remote(Generic[Q, A]):
    """Asks a process and waits for its answers."""

    def __init__(self, name: str, connection: Connection) -> None:
        self._name = name
        self._connection = connection

    def ready(self) -> None:
        """Wait until the process has opened what it answers with.

        Raises:
            HalfminuteError: it could not.
        """
        self._receive()

    def __call__(self, question: Q) -> A:
        """Return the answer.

        Raises:
            HalfminuteError: the process raised it, or ended without an answer.
        """
        self._connection.send(question)
        answer: A = self._receive()
        return answer

    def _receive(self) -> A:
        try:
            answer = self._connection.recv()
        except EOFError as error:
            what = "its process ended without an answer"
            raise HalfminuteError(self._name, what, "see above; memory may be short") from error
        if isinstance(answer, HalfminuteError):
            raise answer
        received: A = answer
        return received


@contextmanager
def remote(name: str, opener: Opener[S, Q, A], setup: S) -> Iterator[Remote[Q, A]]:
    """Start a process that opens `opener(setup)` and answers with it; end it on the way out.

    The process is started afresh, not forked: on Linux a fork would count this process's memory as
    its own, and torch may hang in one.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_answer, args=(there, opener, setup))
    process.start()
    there.close()
    try:
        yield Remote(name, here)
    finally:
        here.close()
        process.join(timeout=10)
        if process.is_alive():
            process.kill()
            process.join()


def _answer(connection: Connection, opener: Opener[S, Q, A], setup: S) -> None:
    """Answer one question after the other until the other end hangs up."""
    try:
        with opener(setup) as ask:
            connection.send(None)
            while True:
                connection.send(ask(connection.recv()))
    except HalfminuteError as error:
        connection.send(error)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
