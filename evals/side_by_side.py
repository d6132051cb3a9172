"""`python -m evals models --models A,B [--week 2026-W46 | FILE …]`: several models' briefs.

Each model writes the briefs of the same stories: those of a week of the shipped sample, or of the
given files and pages. Printed as Markdown are What Changed and Why It Matters of the first
stories, five unless told otherwise, with the basis of each sentence, under a table of each model's
shares and seconds: over all stories, models loaded and articles analysed beforehand.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.demo import NOW, WEEKS
from flows.sample_site import serve_sample
from pipeline.assembly import open_workshop
from pipeline.errors import UsageError
from pipeline.feed_list import FeedList
from pipeline.home import Home
from pipeline.resources import shipped_path
from pipeline.runs import brief_once, ingest_once, place_articles, refresh, subscribe
from pipeline.schema import Basis, Claim, Section, StoryBrief
from pipeline.settings import Settings, cache_home, load_settings
from pipeline.weeks import IsoWeek, parse_moment, time_zone

BASES: tuple[Basis, ...] = ("written", "condensed", "quoted")


@dataclass(frozen=True)
class Telling:
    """What one model made of the stories, in rank order."""

    model: str
    briefs: tuple[StoryBrief, ...]
    seconds: float

    @property
    def shares(self) -> dict[Basis, float]:
        """Basis → its share of the sentences of What Changed and Why It Matters."""
        counts = Counter(claim.basis for brief in self.briefs for claim in _tldr_claims(brief))
        return {basis: counts[basis] / max(1, counts.total()) for basis in BASES}


def main(arguments: list[str]) -> dict[str, Any]:
    """Print the page and return each model's shares and seconds.

    Raises:
        UsageError: no articles to write about.
        ModelError: a model cannot be had.
    """
    parser = argparse.ArgumentParser(
        prog="python -m evals models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--models", required=True, metavar="A,B", help="as --model takes them")
    parser.add_argument(
        "--week",
        type=IsoWeek.parse,
        action="append",
        metavar="WEEK",
        help=f"of the sample; may be given twice (default: {WEEKS[-1]})",
    )
    parser.add_argument("--stories", type=int, default=5, metavar="N", help="how many to print")
    parser.add_argument("files", nargs="*", metavar="FILE", help="instead of the sample week")
    given = parser.parse_args(arguments)
    names: list[str] = given.models.split(",")
    with tempfile.TemporaryDirectory() as scratch:
        ingested = Path(scratch) / "ingested"
        if given.files:
            now = datetime.now(UTC)
            article_ids = _ingest_files(ingested, given.files, now)
        else:
            now = parse_moment(NOW)
            weeks = given.week or [IsoWeek.parse(WEEKS[-1])]
            article_ids = _ingest_sample(ingested, weeks, now)
        if not article_ids:
            raise UsageError("models", "found no articles to write about", "name readable files")
        tellings = []
        for number, name in enumerate(names):
            own = Path(scratch) / str(number)  # drafts of one are no cache of another
            shutil.copytree(ingested, own)
            tellings.append(_tell(own, name, article_ids, now))
    print(page(tellings, given.stories))
    return metrics(tellings)


def page(tellings: Sequence[Telling], stories: int) -> str:
    """Return the Markdown page: a table of the models, then the first stories, side by side."""
    rows = [
        f"| {each.model} | "
        + " | ".join(f"{share:.0%}" for share in each.shares.values())
        + f" | {each.seconds:.0f} |"
        for each in tellings
    ]
    head = f"| model | {' | '.join(BASES)} | seconds |\n|---|---|---|---|---|"
    parts = ["\n".join([head, *rows])]
    for brief in tellings[0].briefs[:stories]:
        parts.append(f"## {_plain(brief.title.text)}")
        told = {
            each.model: next((b for b in each.briefs if b.id == brief.id), None)
            for each in tellings
        }
        for heading, name in (
            ("What Changed", "what_changed"),
            ("Why It Matters", "why_it_matters"),
        ):
            sections = {
                model: getattr(own.tldr, name) if own else None for model, own in told.items()
            }
            parts.append(f"**{heading}**\n\n" + _compared(sections))
    return "\n\n".join(parts)


def metrics(tellings: Sequence[Telling]) -> dict[str, Any]:
    """Return flat figures, `MODEL.written` and so on."""
    figures: dict[str, Any] = {"task": "models", "stories": len(tellings[0].briefs)}
    for each in tellings:
        for basis, share in each.shares.items():
            figures[f"{each.model}.{basis}"] = round(share, 4)
        figures[f"{each.model}.seconds"] = round(each.seconds, 1)
    return figures


def _compared(sections: Mapping[str, Section | None]) -> str:
    lines = []
    for model, section in sections.items():
        if section is None:
            lines.append(f"- {model}: (story not published)")
        elif not section.claims:
            lines.append(f"- {model}: (empty: {section.reason})")
        else:
            said = " ".join(f"{_plain(c.text)} *({c.basis})*" for c in section.claims)
            lines.append(f"- {model}: {said}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return `text` with what Markdown would take for marks escaped."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def _tldr_claims(brief: StoryBrief) -> list[Claim]:
    return [*brief.tldr.what_changed.claims, *brief.tldr.why_it_matters.claims]


def _ingest_sample(home: Path, weeks: Sequence[IsoWeek], now: datetime) -> list[str]:
    """Fetch the sample publishers' feeds; return the ids of the weeks' articles."""
    lines = FeedList.read(shipped_path("data/sample/feeds.toml")).lines
    settings = load_settings(None, {})
    with (
        serve_sample(shipped_path("data/sample")) as site,
        open_workshop(Home(home), settings, _cache(), route=site.route) as workshop,
    ):
        refresh(workshop, subscribe(workshop, lines, now), now)
        place_articles(workshop, now)
        zone = time_zone(settings.digest.timezone)
        return [
            article_id
            for week in weeks
            for article_id in workshop.store.article_ids_between(*week.period(zone))
        ]


def _ingest_files(home: Path, files: Sequence[str], now: datetime) -> list[str]:
    with open_workshop(Home(home), load_settings(None, {}), _cache()) as workshop:
        report = ingest_once(workshop, files, now, sys.stdin.buffer)
        place_articles(workshop, now)
        return list(report.article_ids)


def _tell(home: Path, model: str, article_ids: Sequence[str], now: datetime) -> Telling:
    settings: Settings = load_settings(None, {"models": {"generator": model}})
    with open_workshop(Home(home), settings, _cache()) as workshop:
        _ = workshop.writing  # loads the models
        start = time.monotonic()
        briefs = brief_once(workshop, article_ids, now)
        return Telling(model, tuple(briefs), time.monotonic() - start)


def _cache() -> Path:
    return cache_home(dict(os.environ))
