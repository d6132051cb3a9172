from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ExtractionError
from pipeline.ingest.extract import extract_article, extract_html_fragment
from pipeline.records import Extracted
from tests.ingest import golden_files

URL = "https://www.site.example/news/a"
LABELLED = Path(__file__).parents[3] / "shared/eval/extraction/scrapinghub.jsonl.gz"
BODY = (
    "<p>The lab will pay 150 million dollars a month for a data center near Memphis, it said on "
    "Monday, and the contract runs for three and a half years.</p>"
    "<p>Regulators in Tennessee have asked for details on its power use by the end of the year, "
    "and the companies have promised to deliver them in time.</p>"
    "<p>Analysts said the price per chip was about a tenth lower than what the large providers of "
    "cloud computing charge for the same hardware this year.</p>"
)


def page(head: str = "", body: str = BODY, before: str = "<h1>Lab rents a data center</h1>") -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head>"
        f"<body><article>{before}{body}</article></body></html>"
    )


def extract(head: str = "", body: str = BODY, **more: str) -> Extracted:
    return extract_article(page(head, body, **more), url=URL)


@pytest.mark.parametrize("path", golden_files.inputs("pages"), ids=lambda path: path.name)
def test_goldens(path: Path) -> None:
    assert golden_files.outcome(path) == golden_files.golden(path)


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "before", "title"),
        [
            ("<title>Lab rents a data center | Site</title>", "", "Lab rents a data center"),
            ("<title>Site – Lab rents a data center</title>", "", "Lab rents a data center"),
            ("<title>A - B test of chips</title>", "", "A - B test of chips"),
            (
                '<title>x</title><meta property="og:title" content="Lab rents a data center">',
                "<h1>The Site</h1>",
                "Lab rents a data center",
            ),
            (
                '<meta property="og:title" content="Lab rents a big data center | Other">',
                "<h1>Lab rents <em>a data center</em></h1>",
                "Lab rents a data center",
            ),
            ("", "<h1>Lab rents&nbsp;a data center</h1>", "Lab rents a data center"),
            ("", "", ""),
        ],
    )
    def test_which(self, head: str, before: str, title: str) -> None:
        assert extract(head, before=before).title == title


class TestDate:
    @pytest.mark.parametrize(
        ("head", "moment", "is_day"),
        [
            ("2026-11-16T08:30:00+01:00", datetime(2026, 11, 16, 7, 30, tzinfo=UTC), False),
            ("2026-11-16T08:30:00Z", datetime(2026, 11, 16, 8, 30, tzinfo=UTC), False),
            ("2026-11-16T23:30:00", datetime(2026, 11, 16, 12, tzinfo=UTC), True),
            ("2026-11-16", datetime(2026, 11, 16, 12, tzinfo=UTC), True),
            ("1970-01-01T00:00:00Z", None, False),
            ("yesterday", None, False),
        ],
    )
    def test_published_time(self, head: str, moment: datetime | None, is_day: bool) -> None:
        meta = f'<meta property="article:published_time" content="{head}">'
        extracted = extract(meta)
        assert (extracted.published, extracted.published_is_day) == (moment, is_day)

    def test_time_element(self) -> None:
        before = '<h1>A</h1><time datetime="2026-11-16T08:30:00-05:00">today</time>'
        assert extract(before=before).published == datetime(2026, 11, 16, 13, 30, tzinfo=UTC)

    def test_date_in_the_address_is_a_day(self) -> None:
        found = extract_article(page(), url="https://site.example/2026/11/16/a")
        assert found.published == datetime(2026, 11, 16, 12, tzinfo=UTC)
        assert found.published_is_day


class TestCanonical:
    @pytest.mark.parametrize(
        ("href", "canonical"),
        [
            ("/news/a?id=1", "https://www.site.example/news/a?id=1"),
            ("b", "https://www.site.example/news/b"),
            ("https://wire.example/original", "https://wire.example/original"),
            ("https://www.site.example/", None),
            ("/", None),
            ("javascript:void(0)", None),
            ("", None),
        ],
    )
    def test_link(self, href: str, canonical: str | None) -> None:
        assert extract(f'<link rel="canonical" href="{href}">').canonical_url == canonical

    def test_root_of_the_root(self) -> None:
        html = page('<link rel="canonical" href="https://site.example/">')
        found = extract_article(html, url="https://site.example/")
        assert found.canonical_url == "https://site.example/"


class TestSite:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("The Site", "The Site"),
            ("The Site | News since 1900", "The Site"),
            ("https://site.example", None),
        ],
    )
    def test_name(self, name: str, found: str | None) -> None:
        assert extract(f'<meta property="og:site_name" content="{name}">').site_name == found

    def test_language_is_the_texts_not_the_templates(self) -> None:
        body = (
            "<p>Das Labor zahlt jeden Monat 150 Millionen Dollar für ein Rechenzentrum bei "
            "Memphis, wie es am Montag mitteilte; der Vertrag läuft bis zum Ende von 2029.</p>"
        )
        assert extract(body=body).language == "de"


class TestUnseen:
    @pytest.mark.parametrize(
        "element",
        [
            "<p hidden>secret</p>",
            '<p style="color:red; display : none">secret</p>',
            '<div style="visibility:hidden"><p>secret</p></div>',
            '<p style="font-size:0">secret</p>',
            '<p style="position:absolute;left:-9999px">secret</p>',
            "<template><p>secret</p></template>",
            "<script>secret</script>",
            "<noscript><p>secret</p></noscript>",
            "<dialog><p>secret</p></dialog>",
            '<p class="a sr-only">secret</p>',
            "<!-- secret -->",
        ],
    )
    def test_dropped(self, element: str) -> None:
        text = extract(body=BODY + element + BODY.replace("Monday", "Tuesday")).text
        assert "secret" not in text
        assert "Tuesday" in text

    @pytest.mark.parametrize(
        "element",
        [
            '<p style="font-size:0.9em">They named no number of chips in their statement.</p>',
            '<div style="font-size:0"><p class="text">They named no number of chips.</p></div>',
        ],
    )
    def test_kept(self, element: str) -> None:
        assert "They named no number" in extract(body=BODY + element + BODY).text

    def test_a_page_that_fades_in_is_kept_whole(self) -> None:
        html = f'<body><div style="visibility:hidden"><article>{BODY}</article></div></body>'
        assert "150 million" in extract_article(html, url=URL).text


class TestNoText:
    @pytest.mark.parametrize(
        ("html", "words"),
        [
            ("", "is empty"),
            (b" \n ", "is empty"),
            ("<!-- nothing -->", "no article text"),
            (
                '<html><body><div id="root"></div><script src="/app.js"></script>'
                "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>",
                "no article text",
            ),
            ("<html><body><p>Leave a Reply</p><p>Share</p></body></html>", "no article text"),
            (b"%PDF-1.7 binary", "a PDF"),
            (b"\x00\x01\x02", "binary"),
        ],
    )
    def test_says_what_to_do(self, html: str | bytes, words: str) -> None:
        with pytest.raises(ExtractionError) as caught:
            extract_article(html, url="https://site.example/a?token=x")
        assert words in caught.value.what
        assert caught.value.mend
        assert caught.value.subject == "https://site.example/a?token=***"


class TestFragment:
    def test_all_of_it_in_the_same_form(self) -> None:
        html = """<p>One<br>line, and <a href="#">a link</a>.</p><h3>Why #</h3>
            <ul><li>first</li><li><p>second</p><ol><li>nested</li></ol></li></ul>
            <blockquote>Said so.</blockquote><script>no</script><p hidden>no</p>
            <table><tr><th>a</th><td>b</td></tr></table>"""
        assert extract_html_fragment(html).split("\n") == [
            "One line, and a link.",
            "## Why",
            "- first",
            "- second",
            "- nested",
            "> Said so.",
            "a | b",
        ]

    def test_title_and_furniture_go(self) -> None:
        html = f"<h1>Lab rents</h1>{BODY}<p>Read more</p><p>Share this</p>"
        text = extract_html_fragment(html, title="Lab rents")
        assert text.startswith("The lab will pay")
        assert text.endswith("this year.")

    def test_plain_words_and_nothing(self) -> None:
        assert extract_html_fragment("Only words &amp; an entity") == "Only words & an entity"
        assert extract_html_fragment("") == ""
        assert extract_html_fragment("<img src=x>") == ""


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)))


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled pages are not here")
def test_labelled_pages() -> None:
    """Every eighth page, as a tripwire; `python -m evals` measures all of them."""
    with gzip.open(LABELLED, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][::8]
    precision = recall = 0.0
    for row in rows:
        ours = _shingles(extract_article(row["html"], url=row["url"]).text)
        truth = _shingles(row["text"])
        shared = sum((ours & truth).values())
        precision += shared / sum(ours.values()) / len(rows)
        recall += shared / sum(truth.values()) / len(rows)
    assert 2 * precision * recall / (precision + recall) >= SAMPLE_FLOOR


SAMPLE_FLOOR = 0.983
"""Just under what was measured on these 23 pages (.986; trafilatura alone .979)."""
