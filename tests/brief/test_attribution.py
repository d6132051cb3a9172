from __future__ import annotations

import pytest

from pipeline.brief.attribution import loses_source, reports_anew

FORECAST = (
    "Speaker Ian Orr of Ohio said on Monday that the party had one chance in three of losing."
)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The party had one chance in three of losing.", FORECAST),
        ("Rents will double.", "Rents will double, analysts said on Monday."),
        ("Rents will double in May.", "According to Kestrel, rents will double in May."),
        ("Rents will double in May.", "Rents will double in May, according to Kestrel."),
        ("The hall will open in May.", "The hall, Mr. Ek said, will open in May."),
        (
            "The hall will open in May.",
            "The hall will open in May, Mr. Ek said, adding that it is full.",
        ),
        (
            "If the party wins, it could be asked to govern.",
            "A party source said if the party wins, it could be asked to govern.",
        ),
        (
            "Rents will double, and Mr. Ek said halls are full.",
            "Mr. Orr said that rents will double.",
        ),
        ("Floods could return.", "Floods could return, the ministry warned."),
        (
            "The panel will call Mr. Ek, the city’s mayor, and the hall is full.",
            "The panel will call Mr. Ek, once an adviser, the city’s mayor said on Monday.",
        ),
    ],
)
def test_what_is_only_reported_is_not_stated(claim: str, sentence: str) -> None:
    assert loses_source(claim, sentence)
    assert not loses_source(sentence, sentence)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Acme will close the plant in May.", "Acme said it will close the plant in May."),
        ("Acme closed in May.", "Acme, which analysts said was too slow, closed in May."),
        ("Acme closes its hall.", "Acme closes its hall, a former mill, it told users in May."),
        ("Floods killed 48 people.", "Floods killed 48 people, the ministry reported."),
        ("Mr. Orr said that the party had one chance in three of losing.", FORECAST),
        ("The party had one chance in three of losing, Mr. Orr said.", FORECAST),
        ("Acme has sold the plant.", "Acme has sold the plant, and unions said it will close."),
        (
            "Business groups spoke out against the measure.",
            "Business groups spoke out against the measure, which the House passed.",
        ),
    ],
)
def test_nothing_is_lost_where_the_reader_knows_who_says_so(claim: str, sentence: str) -> None:
    assert not loses_source(claim, sentence)


PLAN = (
    "“Make lemonade of it,” Clara Ek told 600 supporters at the fair, addressing a trade plan that "
    "has split the party from its leader."
)


def test_nobody_is_made_to_say_what_the_source_says() -> None:
    claim = "Clara Ek told 600 supporters that a trade plan has split the party from its leader."
    assert reports_anew(claim, [PLAN])
    assert not reports_anew(PLAN, [PLAN])


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Acme said that it will close in May.", "Acme said it will close in May."),
        ("Acme said that rents rise.", "Acme said on Monday that rents rise."),
        ("The ministry found that rents rise.", "Rents rise, the ministry found on Monday."),
    ],
)
def test_who_says_so_may_come_first(claim: str, sentence: str) -> None:
    assert not reports_anew(claim, [sentence])
