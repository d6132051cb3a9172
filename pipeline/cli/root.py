"""The program: its global options, its commands, and how it ends."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline import __version__
from pipeline.cli import edit, feeds, models, runs, tags
from pipeline.cli.shared import FAILED, OK, USAGE
from pipeline.errors import HalfminuteError
from pipeline.options import RunOptions
from pipeline.settings import default_home

app = typer.Typer(
    name="halfminute",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="From feeds to briefs whose every sentence can be checked in one click.",
    epilog="Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial.",
)
app.add_typer(runs.app)
app.add_typer(tags.app)
app.add_typer(edit.app, name="edit")
app.add_typer(feeds.app, name="feeds")
app.add_typer(models.app, name="models")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main_options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(envvar="HALFMINUTE_HOME", help="Folder that holds what a run writes."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; default: halfminute.toml in the home.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Generator: registry name, existing path, or hub id.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Encoder: registry name, existing path, or hub id.")
    ] = None,
    allow_private_hosts: Annotated[
        bool,
        typer.Option("--allow-private-hosts", help="Fetch from loopback and private addresses."),
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Take the options that every command shares."""
    context.obj = RunOptions(
        home=(home or default_home()).expanduser(),
        config=config,
        model=model,
        encoder=encoder,
        allow_private_hosts=allow_private_hosts,
    )


def main() -> None:
    """Run the command line; every error is one line on stderr and has its own exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal without UTF-8 shows what it can
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = app(prog_name=app.info.name, standalone_mode=False)
        sys.stdout.flush()
    except HalfminuteError as error:
        _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        _fail(_usage(error), USAGE)
    except typer.Abort:
        _fail("", 130)
    except BrokenPipeError:
        # the reader is gone, and Python would try once more to flush when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail("", FAILED)
    except OSError as error:
        what = error.strerror or str(error)
        _fail(f"{error.filename or 'system'}: {what}; check the disk and the permissions", FAILED)
    sys.exit(code if isinstance(code, int) else OK)


def _usage(error: typer.TyperException) -> str:
    """Return what is wrong with the arguments; nothing where there were none: then help came."""
    what = error.format_message().strip()
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else app.info.name
    return f"{what} See {command} --help" if what else ""


def _fail(line: str, code: int) -> NoReturn:
    if line:
        from pipeline.console import say

        say(line)
    sys.exit(code)
