from __future__ import annotations

import pytest

from pipeline.reader_rules import parse_rule
from pipeline.schema import Tag
from pipeline.stories.interests import interest, muted_source, muting, opening
from tests.fakes import make_article_revision

TITLE = "Kubernetes: Zoë's data centres in C++ win"
TEXT = (
    "Harbour tenants like it. The data centre opens. Prices fall.\nIt is done.\n"
    "Tomatoes are an aside further down."
)
ARTICLE = opening(make_article_revision(TEXT, title=TITLE, source="Harbour Wire"))
OTHER = opening(make_article_revision("Plums ripen.", title="Plums", source="Northgate"))
TAGS = [Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")]


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ("kubernetes", True),
        ("KUBERNETES", True),
        ("zoe", True),
        ("Zoë", True),
        ("data centre", True),
        ("data-centre", True),
        ("data centres", True),
        ("C++", True),
        ("C", False),
        ("kuber", False),
        ("centre data", False),
        ("win Harbour", False),
        ("tomatoes", False),
        ("Harbour Wire", False),
        ("source:harbour wire", True),
        ("source: HARBOUR WIRE", True),
        ("source:Harbour", False),
        ("#gpu-shortage", True),
        ("#gpu", False),
        ("#kubernetes", False),
        ("gpu shortage", False),
    ],
)
def test_a_rule_is_met_by_whole_words(rule: str, met: bool) -> None:
    assert interest([parse_rule(rule)], TAGS, [ARTICLE]) == float(met)


def test_interest_is_the_share_of_articles_for_the_best_rule() -> None:
    rules = [parse_rule(rule) for rule in ("kubernetes", "plums", "zoe")]
    assert interest(rules, [], [ARTICLE, OTHER, OTHER]) == 0.6667
    assert interest(rules[:1], [], [ARTICLE, OTHER, OTHER]) == 0.3333
    assert interest([parse_rule("#gpu-shortage")], TAGS, [ARTICLE, OTHER]) == 1.0
    assert interest([], TAGS, [ARTICLE]) == 0.0
    assert interest(rules, TAGS, []) == 0.0


def test_one_article_is_enough_to_mute_by_words_or_tag() -> None:
    rules = [parse_rule(rule) for rule in ("source:Northgate", "nothing", "plums", "#gpu-shortage")]
    assert muting(rules, [], [ARTICLE, OTHER]) == rules[2]
    assert muting(rules, TAGS, [ARTICLE]) == rules[3]
    assert muting(rules, [], [ARTICLE]) is None


def test_a_source_is_muted_by_its_whole_name() -> None:
    rules = [parse_rule("northgate"), parse_rule("source:Nörthgate")]
    assert muted_source(rules, "NORTHGATE") == rules[1]
    assert muted_source(rules, "Northgate Review") is None
