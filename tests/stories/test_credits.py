from __future__ import annotations

import pytest

from pipeline.stories.credits import credits_of, name_key
from tests.fakes import make_article_revision

PROSE = "The water board of Vandelore replaces forty canal locks, it said on Monday."


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        (f"SKARVIK (Reuters) - {PROSE}", {"reuters"}),
        (f"NORRVIK, Vandelore (AP) — {PROSE}", {"associatedpress"}),
        (f"Skarvik (dpa/tmn) – {PROSE}", {"deutschepresseagentur", "tmn"}),
        (f"(Meridian Wire). {PROSE}", {"meridianwire"}),
        (f"By the Associated Press\n{PROSE}", {"associatedpress"}),
        (f"By Ines Pellworth\n{PROSE}", {"inespellworth"}),
        (f"{PROSE}\nSource: AFP", {"agencefrancepresse"}),
        (f"{PROSE}\nQuelle: dpa", {"deutschepresseagentur"}),
        (f"{PROSE}\n© 2026 The Canal Post. All rights reserved.", {"canalpost"}),
        (f"{PROSE}\nThis article was originally published by The Canal Post.", {"canalpost"}),
        (f"{PROSE}\nRepublished with permission from Chip Ledger.", {"chipledger"}),
        (f"{PROSE}\nDieser Text ist zuerst bei Kanal und Kai erschienen.", {"kanalundkai"}),
        (f"{PROSE}\nMit Material von dpa", {"deutschepresseagentur"}),
        (PROSE, set()),
        ("The board (in Skarvik) said so. It was first reported on Monday that it would.", set()),
        ("By far the largest lock goes first.", set()),
    ],
)
def test_credits_at_the_ends_of_a_text(text: str, credited: set[str]) -> None:
    assert credits_of(make_article_revision(text)) == credited


def test_what_stands_in_the_middle_is_no_credit() -> None:
    lines = [PROSE] * 4 + ["Source: AFP"] + [PROSE] * 6
    assert credits_of(make_article_revision("\n".join(lines))) == frozenset()


def test_an_author_counts_only_as_an_agency() -> None:
    made = make_article_revision(PROSE)
    revision = made.revision.model_copy(update={"authors": ("Ines Pellworth", "Meridian Wire")})
    made = made.model_copy(update={"revision": revision})
    assert credits_of(made) == {"meridianwire"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Chip Ledger", "chipledger.example"),
        ("AP", "The Associated Press"),
        ("www.canal-post.example", "Canal Post"),
    ],
)
def test_names_of_one_publisher_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
