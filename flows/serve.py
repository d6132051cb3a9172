"""Run the schedules: `python -m flows.serve`, which is what `halfminute serve` starts.

The process asks a Prefect server for runs that are due and starts each in a process of its own,
one at a time. Ctrl-C or SIGTERM ends it; its deployments are then paused, so that no runs pile up
while nobody serves them, and go on when it is started again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from prefect import serve
from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_SERVER_API_HOST,
    PREFECT_SERVER_API_PORT,
    temporary_settings,
)
from prefect.types.entrypoint import EntrypointType

from flows.ingest import ingest
from flows.temporary_server import is_healthy
from flows.weekly_digest import weekly_digest
from pipeline.canonical import sha256_text
from pipeline.console import error_line
from pipeline.errors import HalfminuteError
from pipeline.options import RunOptions

HOURLY = "0 * * * *"
MONDAY_MORNING = "0 6 * * 1"
HOME_TAG_CHARS = 8
"""Of a hash, enough to tell the few homes of one Prefect server apart."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit code."""
    try:
        options = read_arguments(arguments)
        timezone = options.settings().digest.timezone
        options.feed_lines(None)  # a mistake is better told now than in an hour
        with temporary_settings({PREFECT_API_URL: reachable_server()}):
            serve_deployments(
                build_deployments(
                    options,
                    hourly=Cron(HOURLY, timezone=timezone),
                    weekly=Cron(MONDAY_MORNING, timezone=timezone),
                )
            )
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    return 0


def build_deployments(
    options: RunOptions, *, hourly: Schedule, weekly: Schedule
) -> list[RunnerDeployment]:
    """Return the deployments of `ingest` and `weekly-digest` for one home.

    Their names carry the home, so that two homes can share a Prefect server. They have no
    concurrency limit on the server: Prefect 3.8 keeps leases in memory, so a server that dies
    during a run leaves the slot taken for good, and no later run ever starts (measured). What
    keeps runs apart is the runner's own limit, and `home_lock`.
    """
    parameters = {"options": options.model_dump(mode="json")}
    name = deployment_name(options.home)
    return [
        flow.to_deployment(  # type: ignore[misc]  # Prefect types it as sync or coroutine
            name,
            schedule=schedule,
            parameters=parameters,
            paused=False,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, schedule in ((ingest, hourly), (weekly_digest, weekly))
    ]


def deployment_name(home: Path) -> str:
    """Return the name under which a home's flows are deployed, such as `home-1f3a9c02`."""
    path = home.resolve()
    return f"{path.name}-{sha256_text(str(path))[:HOME_TAG_CHARS]}"


def serve_deployments(deployments: Sequence[RunnerDeployment]) -> None:
    """Run what is due, one run at a time over all the deployments, until told to stop.

    Afterwards they are paused. Prefect's own pause on shutdown is lost when SIGTERM comes during a
    run (measured).

    Raises:
        HalfminuteError: the server went away.
    """
    api_url = PREFECT_API_URL.value() or ""
    try:
        serve(*deployments, limit=1, pause_on_shutdown=False)
    except Exception as error:
        if is_healthy(api_url):
            raise
        raise HalfminuteError(
            api_url, "the Prefect server went away", "start it again, then the schedules"
        ) from error
    finally:
        if is_healthy(api_url):
            pause(deployments)


def pause(deployments: Sequence[RunnerDeployment]) -> None:
    """Pause the schedules of deployments that the server knows."""
    with get_client(sync_client=True) as client:
        for each in deployments:
            known = client.read_deployment_by_name(f"{each.flow_name}/{each.name}")
            client.pause_deployment(known.id)


def reachable_server() -> str:
    """Return the API URL of the Prefect server to use.

    That is PREFECT_API_URL or the active profile's, else where `prefect server start` listens.

    Raises:
        HalfminuteError: no server answers there.
    """
    default = f"http://{PREFECT_SERVER_API_HOST.value()}:{PREFECT_SERVER_API_PORT.value()}/api"
    api_url = PREFECT_API_URL.value() or default
    if not is_healthy(api_url):
        raise HalfminuteError(
            api_url,
            "no Prefect server answers here, and schedules need one",
            "run prefect server start in another terminal, or set PREFECT_API_URL",
        )
    return api_url


def read_arguments(arguments: Sequence[str] | None) -> RunOptions:
    """Return the run options that the command line gives."""
    parser = argparse.ArgumentParser(
        prog="python -m flows.serve",
        description="Run the schedules: hourly ingestion, and each Monday 06:00 the digest of the "
        "week before. Needs a running Prefect server.",
    )
    parser.add_argument("--home", type=Path, help="folder that holds what a run writes")
    parser.add_argument("--config", type=Path, help="settings file")
    parser.add_argument("--model", help="generator: registry name, existing path, or hub id")
    parser.add_argument("--encoder", help="encoder: registry name, existing path, or hub id")
    parser.add_argument(
        "--allow-private-hosts", action="store_true", help="fetch from private addresses too"
    )
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value}
    options = RunOptions(**given)
    return options.model_copy(
        update={
            "home": options.home.expanduser().resolve(),
            "config": options.config.resolve() if options.config else None,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
