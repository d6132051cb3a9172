from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import pytest

from evals import side_by_side
from evals.__main__ import main
from evals.side_by_side import Telling, metrics, page
from flows.demo import NOW
from pipeline import assembly
from pipeline.brief.support import SupportHead
from pipeline.weeks import parse_moment
from tests.fakes import FakeEncoder, FakeExtractor, FakeReader
from tests.publish.samples import make_brief, make_claim
from tests.stages.world import SURFACE_ONLY

LEASE = make_claim("Brightmoor leases its hall to Vantry.", basis="written")
RENT = make_claim("The *rent* is 4 million crowns a year.", basis="condensed")
WHY = make_claim("The hall is the last free one in Osterby.")
FIRST = Telling(
    "small",
    (make_brief("s-1", what_changed=[LEASE, RENT], why_it_matters=[WHY]), make_brief("s-2")),
    12.34,
)
SECOND = Telling("large_1b", (make_brief("s-1", what_changed=[WHY]),), 99.6)


def test_a_page_shows_each_story_as_each_model_told_it() -> None:
    text = page([FIRST, SECOND], 5)
    assert "| small | 33% | 33% | 33% | 12 |\n| large_1b | 0% | 0% | 100% | 100 |" in text
    assert text.count("\n## ") == 2
    assert (
        "**What Changed**\n\n- small: Brightmoor leases its hall to Vantry. *(written)* "
        "The \\*rent\\* is 4 million crowns a year. *(condensed)*\n"
        "- large_1b: The hall is the last free one in Osterby. *(quoted)*"
    ) in text
    assert "- small: (empty: no word on why)\n- large_1b: (story not published)" in text


def test_only_the_first_stories_are_shown_but_all_count() -> None:
    many = tuple(make_brief(f"s-{number}", what_changed=[LEASE]) for number in range(9))
    assert page([Telling("small", many, 1.0)], 3).count("\n## ") == 3
    assert metrics([Telling("small", many, 1.0)])["stories"] == 9


def test_the_metrics_are_flat() -> None:
    assert metrics([FIRST, SECOND]) == {
        "task": "models",
        "stories": 2,
        "small.written": 0.3333,
        "small.condensed": 0.3333,
        "small.quoted": 0.3333,
        "small.seconds": 12.3,
        "large_1b.written": 0.0,
        "large_1b.condensed": 0.0,
        "large_1b.quoted": 1.0,
        "large_1b.seconds": 99.6,
    }


def test_the_sample_week_is_told_by_each_model(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[tuple[str, Path, int]] = []

    def tell(home: Path, model: str, article_ids: Sequence[str], now: datetime) -> Telling:
        assert (home / "halfminute.db").is_file()
        assert now == parse_moment(NOW)
        asked.append((model, home, len(article_ids)))
        return Telling(model, FIRST.briefs, 3.0)

    monkeypatch.setenv("HALFMINUTE_CACHE", str(tmp_path))
    monkeypatch.setattr(assembly, "ExtractionPool", lambda _: nullcontext(FakeExtractor()))
    monkeypatch.setattr(assembly, "load_encoder", lambda *_, **__: FakeEncoder(SURFACE_ONLY))
    reader = FakeReader(sha256=SupportHead.shipped().reader_sha256)
    monkeypatch.setattr(assembly, "load_reader", lambda *_, **__: reader)
    monkeypatch.setattr(side_by_side, "_tell", tell)
    assert main(["models", "--models", "one,two"]) == 0
    (one, first_home, articles), (two, second_home, _) = asked
    assert (one, two) == ("one", "two")
    assert first_home != second_home
    assert articles > 5
    out = capsys.readouterr().out
    assert out.startswith("| model | written | condensed | quoted | seconds |\n")
    assert json.loads(out.splitlines()[-1])["two.seconds"] == 3.0
