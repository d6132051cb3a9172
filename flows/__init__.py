"""Prefect flows: thin wrappers around `pipeline.runs`, their schedules, and the demo.

Prefect and its server report home by default. Whoever imports a flow from here does not, unless
the environment says otherwise; Prefect reads it while it is imported, so this comes first.
"""

from __future__ import annotations

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
