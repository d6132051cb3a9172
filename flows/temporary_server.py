"""A Prefect server of our own for one process, which cannot outlive it.

Prefect's own temporary server is left behind when its process is killed. This one holds the
reading end of a pipe: the system closes the other end with the process, however it dies.
"""

from __future__ import annotations

import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import HalfminuteError

START_SECONDS = 120.0
"""Patience with the server's start: 6 to 10 s here, more on a busy machine with a cold disk."""
STOP_SECONDS = 10.0
"""Patience with its end: it takes 1 to 2 s, after which it may be killed without loss."""
SETTINGS = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


@contextmanager
def temporary_server(folder: Path) -> Iterator[str]:
    """Run a Prefect server that keeps its files in `folder`; give its API's URL.

    Raises:
        HalfminuteError: the folder cannot be made, or the server did not start.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HalfminuteError(
            str(folder), f"cannot be made ({error.strerror})", "choose another --home"
        ) from error
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    log = folder / "server.log"
    with log.open("wb") as output:
        # A session of its own, so that Ctrl-C reaches the flows while their server still answers.
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "flows.temporary_server", str(port)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=isolated_environment(os.environ, folder),
            start_new_session=True,
        )
    assert process.stdin is not None
    try:
        _wait_until_healthy(process, url, log)
        yield url
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def isolated_environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return `environ` for a Prefect of its own in `folder`, apart from any other set up here."""
    kept = {name: value for name, value in environ.items() if not name.startswith("PREFECT_")}
    return {**kept, **SETTINGS, "PREFECT_HOME": str(folder.resolve())}


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_healthy(api_url: str) -> bool:
    """Return whether a Prefect server answers at `api_url`."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(url):
        if process.poll() is not None:
            raise HalfminuteError(
                "Prefect server", f"ended with exit code {process.returncode}", f"see {log}"
            )
        if time.monotonic() > deadline:
            raise HalfminuteError(
                "Prefect server", f"did not start within {START_SECONDS:g} s", f"see {log}"
            )
        time.sleep(0.2)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the parent closes its end, or dies
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def main(port: str) -> None:
    """Run `prefect server start` in this process until standard input ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    runpy.run_module("prefect", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
