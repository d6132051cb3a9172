"""The command line: `halfminute --help`. Heavy libraries are loaded where they are needed."""

from __future__ import annotations

from pipeline.cli.root import app, main

__all__ = ["app", "main"]
