"""`halfminute models`: the local models."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from pipeline.settings import cache_home

app = typer.Typer(no_args_is_help=True, help="The local models.")


@app.command("list", epilog="Example: `halfminute models list`")
def models_list() -> None:
    """Print the registry: name, role, licence, size, and whether it is here."""
    from pipeline.local_models import status

    for model in status(cache_home(dict(os.environ))):
        here = "here" if model.present else "not pulled"
        size = f"{model.size / 1e6:.0f} MB"
        typer.echo(f"{model.name}\t{model.role}\t{model.license}\t{size}\t{here}")


@app.command("pull", epilog="Example: `halfminute models pull smollm2-135m-instruct`")
def models_pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Registry names; default: the configured models.")
    ] = None,
) -> None:
    """Download models and check their hashes. Afterwards no network is needed."""
    from pipeline.console import progress_bars
    from pipeline.local_models import pull_model

    models = context.obj.settings().models
    with progress_bars() as progress:
        configured = [models.encoder, models.generator, models.entailment]
        for name in names or filter(None, configured):
            typer.echo(f"{name}: {pull_model(name, cache_home(dict(os.environ)), progress)}")
