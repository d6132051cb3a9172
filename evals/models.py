"""The shipped models, loaded once a process: the gate runs many tasks in one."""

from __future__ import annotations

import os
from functools import cache

from pipeline.brief.support import Support
from pipeline.local_models import load_encoder, load_generator, load_reader
from pipeline.protocols import Encoder, Generator
from pipeline.settings import Settings, cache_home, load_settings


@cache
def settings() -> Settings:
    """Return the default settings with what HALFMINUTE_* variables change."""
    return load_settings(None, {})


@cache
def encoder() -> Encoder:
    """Return the encoder of the settings, pulled when it is missing."""
    models = settings().models
    return load_encoder(models.encoder, cache_home(dict(os.environ)), device=models.device)


@cache
def generator() -> Generator:
    """Return the generator of the settings, pulled when it is missing."""
    models = settings().models
    return load_generator(
        models.generator, cache_home(dict(os.environ)), device=models.device, dtype=models.dtype
    )


@cache
def support() -> Support:
    """Return the support score of the settings' models."""
    reader = load_reader(cache_home(dict(os.environ)), device=settings().models.device)
    return Support.shipped(encoder(), reader)
