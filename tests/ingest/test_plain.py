from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ExtractionError
from pipeline.ingest.furniture import is_furniture
from pipeline.ingest.plain import extract_plain
from tests.ingest import golden_files

SEEDS = Path(__file__).parents[3] / "shared/seeds"
FIRST = (
    "The lab will pay 150 million dollars a month for a data center near Memphis, it said on "
    "Monday, and the contract runs for three and a half years."
)
SECOND = (
    "Regulators in Tennessee have asked for details on its power use by the end of the year, and "
    "the companies have promised to deliver them in time."
)


@pytest.mark.parametrize("path", golden_files.inputs("texts"), ids=lambda path: path.name)
def test_goldens(path: Path) -> None:
    assert golden_files.outcome(path) == golden_files.golden(path)


class TestTitle:
    @pytest.mark.parametrize(
        "above",
        [
            "",
            "AI Engineering 3 min read\n\n",
            "News\n",
            "Home > News > AI\n",
            "November 16, 2026\n\n",
            "By Ann Lee\n",
            "Share\nTweet\n",
            "MEMPHIS, Tenn., Nov. 16, 2026 —\n",
            "\ufeff\n\n",
        ],
    )
    def test_what_stands_above_it(self, above: str) -> None:
        text = f"{above}Lab rents a data center\n\n{FIRST}\n\n{SECOND}\n"
        extracted = extract_plain(text)
        assert extracted.title == "Lab rents a data center"
        assert extracted.text == f"{FIRST}\n{SECOND}"

    @pytest.mark.parametrize("mark", ["# ", "Title: ", "HEADLINE: "])
    def test_labelled(self, mark: str) -> None:
        assert extract_plain(f"{mark}Lab rents\n\n{FIRST}").title == "Lab rents"

    def test_a_text_that_begins_at_once_has_none(self) -> None:
        extracted = extract_plain(f"{FIRST}\n\n{SECOND}")
        assert extracted.title == ""
        assert extracted.text == f"{FIRST}\n{SECOND}"

    def test_short_titles_are_no_kickers_before_prose(self) -> None:
        assert extract_plain(f"Lab rents\n\n{FIRST}").title == "Lab rents"

    def test_a_question_is_a_title(self) -> None:
        assert extract_plain(f"Who pays for it?\n{FIRST}").title == "Who pays for it?"


class TestBlocks:
    def test_one_paragraph_a_line(self) -> None:
        bullets = "- one\n• two\n3. three"
        text = f"Title of it\n{FIRST}\nWhat it costs\n{SECOND}\n{bullets}\nThe End\n{FIRST}"
        assert extract_plain(text).text.split("\n") == [
            FIRST,
            "## What it costs",
            SECOND,
            "- one",
            "- two",
            "- three",
            "## The End",
            FIRST,
        ]

    def test_rows_of_a_table_are_no_headings(self) -> None:
        rows = ["Contract TermDetail", "Rate$150 million", "Duration42 months"]
        text = "\n\n".join(["Title of it", FIRST, "\n".join(rows), SECOND])
        assert extract_plain(text).text.split("\n") == [FIRST, *rows, SECOND]

    def test_quotes_and_hashes(self) -> None:
        text = f"Title of it\n\n## A heading\n\n{FIRST}\n\n> Said so.\n\n{SECOND}"
        assert extract_plain(text).text.split("\n") == [
            "## A heading",
            FIRST,
            "> Said so.",
            SECOND,
        ]

    def test_dashes_are_bullets_only_in_company(self) -> None:
        several = f"Title of it\n\n{FIRST}\n\n– one thing\n– another thing\n\n{SECOND}"
        assert "- one thing\n- another thing" in extract_plain(several).text
        signature = f"Title of it\n\n{FIRST}\n\n– Ann Lee, 2026-11-16"
        assert extract_plain(signature).text == FIRST


def test_people_and_day() -> None:
    text = f"Title of it\nBy Ann Lee and Bob Ray\nPublished 16 November 2026\n\n{FIRST}"
    extracted = extract_plain(text)
    assert extracted.authors == ("Ann Lee", "Bob Ray")
    assert extracted.published == datetime(2026, 11, 16, 12, tzinfo=UTC)
    assert extracted.published_is_day
    assert extracted.text == FIRST
    assert extracted.language == "en"


def test_impossible_days_are_no_dates() -> None:
    text = f"Title of it\nPublished February 31, 2026\n\n{FIRST}"
    assert extract_plain(text).published is None


@pytest.mark.parametrize("text", ["", " \n\n", "Share\nLeave a Reply\n", "Only a title"])
def test_no_article(text: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract_plain(text, subject="notes.txt")
    assert caught.value.subject == "notes.txt"
    assert caught.value.mend


@pytest.mark.skipif(not SEEDS.exists(), reason="the seeds are not here")
class TestSeeds:
    @pytest.mark.parametrize(
        ("number", "title"),
        [
            (
                "001",
                "SpaceX and Reflection AI's $6.3 Billion GPU Deal Could Reshape How AI Labs Access "
                "Computing Power",
            ),
            ("002", "Reflection AI Secures SpaceX GB300 Cluster for $150M Monthly"),
            (
                "003",
                "SpaceX and Reflection AI Forge $6.3B GPU Compute Partnership to Fuel Open-Source "
                "AI",
            ),
            ("004", "Anthropic Partners With SpaceX for AI Compute Boost"),
        ],
    )
    def test_title_and_no_furniture(self, number: str, title: str) -> None:
        (path,) = SEEDS.glob(f"{number}_*.txt")
        extracted = extract_plain(path.read_text(encoding="utf-8"))
        assert extracted.title == title
        lines = extracted.text.split("\n")
        assert len(lines) > 10
        assert not any(is_furniture(line) for line in lines)
        for words in ("Insanely Good", "The book for developers", "Leave a Reply", "Source: Wired"):
            assert words not in extracted.text
