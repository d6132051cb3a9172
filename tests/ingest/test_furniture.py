from __future__ import annotations

import pytest

from pipeline.ingest.furniture import is_furniture, names_in_byline, without_furniture

PROSE = [
    "The lab will pay 150 million dollars a month for a data center near Memphis, it said.",
    "The contract was signed on Monday and runs for three and a half years, until the end of 2029, "
    "unless one of the two sides ends it before that.",
    "Regulators in Tennessee have asked for details on its power use by the end of the year, and "
    "the companies have promised to deliver them in time.",
]


@pytest.mark.parametrize(
    "line",
    [
        # shares and buttons
        "Share",
        "Share this article",
        "Share on Facebook",
        "Facebook Twitter LinkedIn Email",
        "Tweet this",
        "Click to Tweet",
        "Advertisement",
        "Article continues below",
        "Skip to content",
        "1,204 views",
        # promos
        "Sign up for our newsletter to get the best stories in your inbox.",
        "Subscribe to the Morning Review newsletter",
        "Get the day’s top headlines in your inbox every morning by subscribing to our newsletter.",
        "Enjoyed this article? Subscribe for more.",
        "Join 50,000 readers who get our weekly briefing",
        "Follow us on Twitter, Facebook and Instagram.",
        "Thanks for signing up!",
        "Become a member to read the rest",
        "Download our free app",
        # comments
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Save my name, email, and website in this browser for the next time I comment.",
        "3 Comments",
        "Be the first to comment",
        "You must be logged in to post a comment.",
        "Comment *",
        # cookies and money
        "We use cookies to improve your experience on our website.",
        "By continuing to browse this site you agree to our use of cookies.",
        "If you buy something through this post, we may get a share of the sale.",
        "We may earn a commission from links on this page.",
        # time and people
        "3 min read",
        "AI Engineering · 3 min read",
        "November 16, 2026 · 5 minute read",
        "Reading time: 4 minutes",
        "Published on 16 November 2026",
        "UPDATED: Tue., Nov. 17, 2026 at 8:15 a.m. ET",
        "By Ann Lee",
        "Written by Ann Lee and Bob Ray",
        "August 6, 2021 - Ann Lee",
        "Ann Lee | 6 August 2021",
        "– Rosario Ray, 2026-07-01",
        "Ann Lee contributed to this report.",
        "(Reporting by Ann Lee in London; Editing by Bob Ray)",
        # ways on, rights, origins
        "Read more",
        "## Related articles",
        "- Related: Why chips stay scarce",
        "Keep Reading",
        "You might also like",
        "Most read in world news",
        "Filed under: AI, chips",
        "Copyright © 2026 The Example News",
        "© 2026 Example Media. All rights reserved.",
        "Source: Wired(opens in a new tab) Published on Example blog by Shtef ⚡",
        "Image credit: Example",
        "***",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        *PROSE,
        "Copyright law in the EU changed on Monday.",
        "Like many companies, it advertised on Facebook.",
        "The company may receive a fine from the European Commission.",
        "We may see the European Commission act within weeks.",
        "By using differential privacy, the phone maker hides who said what.",
        "By clicking on an ad, users of the old version installed the malware.",
        "Start-ups sent their newsletter to two million subscribers this week.",
        "The newsletter company said it has five million subscribers.",
        "It launched a free daily newsletter for developers.",
        "More than two million people subscribe to its newsletters.",
        "Follow-up studies found no effect on Facebook users.",
        "Share prices fell on Monday.",
        "Sources said the talks had ended.",
        "Read the paper before you judge the benchmark.",
        "In 2026 the firm employed 300 people.",
        "By 2029 the contract will have paid for the building.",
        "The deal was signed on November 16, 2026, at 8:15 a.m.",
        "“I don’t expect it to last,” she wrote.",
        "Upgrade to version 2.17.1 as soon as possible.",
        "Monthly rate | $150 million | $120 million",
        "## Response times fell by half",
        "## More memory for less money",
        "- Hardware: two thousand racks",
        "Comments on the draft are due by Friday.",
        "Cookie consent rules are being rewritten by Brussels.",
    ],
)
def test_the_articles_own_lines(line: str) -> None:
    assert not is_furniture(line)
    assert line in without_furniture([*PROSE, line, *PROSE[1:]])


def test_the_title_is_not_repeated_and_takes_the_kicker_along() -> None:
    lines = ["## Infrastructure", "A section", "## LAB RENTS a data center!", *PROSE]
    assert without_furniture(lines, title="Lab rents a data center") == PROSE


def test_prose_above_the_repeated_title_stays() -> None:
    lines = [PROSE[1], "## Lab rents a data center", PROSE[0]]
    assert without_furniture(lines, title="Lab rents a data center") == [PROSE[1], PROSE[0]]


def test_comments_are_cut_with_everything_behind_them() -> None:
    comments = ["## 2 Comments", "Ann: " + PROSE[1], "Bob: I agree with that."]
    assert without_furniture([*PROSE, *comments]) == PROSE


def test_an_early_heading_cuts_nothing() -> None:
    lines = ["## Comments", *PROSE]
    assert without_furniture(lines) == PROSE


@pytest.mark.parametrize(
    "promo",
    [
        [
            "## Get Insanely Good at AI",
            "Get Insanely Good at AI",
            "The book for developers who want to understand how AI actually works. LLMs, prompt "
            "engineering, RAG, AI agents, and production systems.",
            "Keep Reading",
        ],
        [
            "## Ready to ship faster?",
            "Take our new course and use the promo code EXAMPLE at checkout.",
        ],
        ["## About the author", PROSE[1].replace("The contract", "Ann Lee, who")],
        ["## Recommended for you", "- Chip makers sell out", "- A data center under the sea"],
        ["## Stay in the loop", "The best of the week, every Friday"],
    ],
)
def test_what_follows_the_article_is_cut(promo: list[str]) -> None:
    assert without_furniture([*PROSE, *promo]) == PROSE


def test_advice_at_the_end_is_no_promo() -> None:
    advice = [
        "## Get started with the new release",
        "Download it from the project's page and run it.",
    ]
    assert without_furniture([*PROSE, *advice]) == [*PROSE, *advice]


def test_links_at_the_end_go_and_links_inside_stay() -> None:
    lines = [PROSE[0], "- A linked offer", PROSE[1], "- Chip makers sell out", "- Under the sea"]
    links = {"A linked offer", "Chip makers sell out", "Under the sea"}
    assert without_furniture(lines, link_lines=links) == lines[:3]


def test_links_in_capitals_between_paragraphs_go() -> None:
    shouted = "FIRE BURNS DOWN A DATA CENTER"
    assert without_furniture([PROSE[0], shouted, PROSE[1]], link_lines={shouted}) == PROSE[:2]
    assert without_furniture([PROSE[0], shouted, PROSE[1]]) == [PROSE[0], shouted, PROSE[1]]


def test_a_line_said_twice_is_kept_once() -> None:
    assert without_furniture([PROSE[0], PROSE[0].upper(), PROSE[1]]) == PROSE[:2]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("Written by Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("August 6, 2021 - Ann Lee (@ann) & Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee | 6 August 2021", ["Ann Lee"]),
    ],
)
def test_names_in_byline(line: str, names: list[str]) -> None:
    assert names_in_byline(line) == names
