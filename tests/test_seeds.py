"""The seed articles, as they come off real sites, through the real models to their briefs.

What a claim may hold is checked here by rules of its own, which share nothing with the pipeline's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles are not here"),
]

FURNITURE = re.compile(
    r"""(?ix)
      \b leave \s a \s (?:reply|comment) | e-?mail \s address \s will | required \s fields
    | \b (?:sign \s up|subscribe|newsletter|unsubscribe|log \s in|register \s now) \b
    | \b (?:share|follow \s us|tweet) \s (?:this|on|via) \b | opens \s in \s a \s new
    | \b (?:keep|continue) \s reading \b | \b read \s (?:more|next|also) \b
    | \b min(?:ute)? \s read \b | insanely \s good | \b the \s book \s for \b
    | \b published \s on \b | \b source: \s | \b in \s this \s article \b
    | \b cookies? \b | all \s rights \s reserved | \b advertisement \b
    | \b related \s (?:posts|articles) \b | \b table \s of \s contents \b | https?://
    """
)
"""What sites put around an article."""

TOKEN = re.compile(r"[^\W_]+(?:[.,’'/&-][^\W_]+)*", re.UNICODE)

OPENERS = frozenset("a an the this these in on at by for from with after before under".split())
"""Words that a sentence may begin with, though its source does not have them."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what `halfminute ingest ../shared/seeds/00[1-4]*.txt --json` prints."""
    kept = {name: value for name, value in os.environ.items() if name != "HALFMINUTE_HOME"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipeline.cli", "ingest"),
            *(str(path) for path in sorted(SEEDS.glob("00[1-4]*.txt"))),
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        timeout=280,
        env={**kept, "HALFMINUTE_HOME": str(tmp_path_factory.mktemp("home"))},
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def story_with(shown: dict[str, Any], articles: int) -> dict[str, Any]:
    (found,) = [story for story in shown["stories"] if len(story["sources"]) == articles]
    return dict(found)


def claims_of(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every object of a story that is published with citations, wherever it stands."""
    waiting: list[Any] = [story]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "citations" in part:
                yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def test_there_are_two_stories_of_three_articles_and_of_one(shown: dict[str, Any]) -> None:
    assert len(shown["articles"]) == 4
    assert shown["failed"] == []
    titles = {article["article_id"]: article["title"] for article in shown["articles"]}
    lease, alliance = story_with(shown, 3), story_with(shown, 1)
    assert len(shown["stories"]) == 2
    assert all("Reflection AI" in titles[s["article_id"]] for s in lease["sources"])
    assert "Anthropic" in titles[alliance["sources"][0]["article_id"]]


def test_both_say_what_changed_and_why_it_matters(shown: dict[str, Any]) -> None:
    for story in shown["stories"]:
        assert story["tldr"]["what_changed"]["claims"]
        assert story["tldr"]["why_it_matters"]["claims"]


def test_what_changed_names_the_buyer_the_seller_and_the_price(shown: dict[str, Any]) -> None:
    claims = story_with(shown, 3)["tldr"]["what_changed"]["claims"]
    news = " ".join(claim["text"] for claim in claims)
    for name in ("Reflection AI", "SpaceX", "$150 million"):
        assert name in news
    assert "Anthropic" in " ".join(
        claim["text"] for claim in story_with(shown, 1)["tldr"]["what_changed"]["claims"]
    )


def test_no_claim_is_furniture_of_a_site(shown: dict[str, Any]) -> None:
    texts = [claim["text"] for story in shown["stories"] for claim in claims_of(story)]
    assert len(texts) > 12
    assert not [text for text in texts if FURNITURE.search(text)]


def test_every_quote_is_found_at_its_place_in_the_printed_article(shown: dict[str, Any]) -> None:
    articles = {article["article_id"]: article for article in shown["articles"]}
    for story in shown["stories"]:
        cited = [citation for claim in claims_of(story) for citation in claim["citations"]]
        for citation in [*cited, story["title"]["citation"]]:
            article = articles[citation["article_id"]]
            assert citation["text_sha256"] == article["text_sha256"]
            place = slice(citation["start"], citation["end"])
            assert article[citation["field"]][place] == citation["quote"] != ""


def test_every_number_and_name_of_a_claim_stands_in_its_quotes(shown: dict[str, Any]) -> None:
    checked = 0
    for story in shown["stories"]:
        for claim in claims_of(story):
            quoted = [plain(t) for c in claim["citations"] for t in TOKEN.findall(c["quote"])]
            first, *others = [plain(token) for token in TOKEN.findall(claim["text"])]
            known = {token.casefold() for token in quoted} | OPENERS
            assert first.casefold() in known, claim["text"]
            telling = [t for t in others if any(c.isdigit() or c.isupper() for c in t)]
            assert not set(telling) - set(quoted), claim["text"]
            checked += len(telling)
    assert checked > 30


def plain(token: str) -> str:
    """Return a token without its possessive ending and typographic marks."""
    return token.replace("’", "'").removesuffix("'s").removesuffix("'")


def test_every_story_satisfies_the_published_schema(shown: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "data" / "digest.schema.json").read_text(encoding="utf-8"))
    of_a_story = {"$ref": "#/$defs/StoryBrief", "$defs": schema["$defs"]}
    validator = jsonschema.Draft202012Validator(of_a_story)
    for story in shown["stories"]:
        validator.validate(story)


@pytest.mark.parametrize(
    "text",
    [
        "Leave a Reply",
        "Your email address will not be published.",
        "Get Insanely Good at AI",
        "Sign up for our newsletter.",
        "Source: Wired (opens in a new tab)",
        "Ai Engineering 3 min read",
    ],
)
def test_the_furniture_of_the_seeds_would_be_found(text: str) -> None:
    assert FURNITURE.search(text)
