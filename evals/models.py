"""The shipped models, loaded once a process: the gate runs many tasks in one."""

from __future__ import annotations

import os
from functools import cache

from pipeline.assembly import Models
from pipeline.settings import Settings, cache_home, load_settings


@cache
def settings() -> Settings:
    """Return the default settings with what HALFMINUTE_* variables change."""
    return load_settings(None, {})


@cache
def models() -> Models:
    """Return the models of these settings."""
    return Models(settings().models, cache_home(dict(os.environ)))
