from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.schema import Related, RelatedUpdate, Tag, TagKind
from pipeline.stories.related import PER_KIND, PER_TAG, Card, related_updates
from tests.fakes import PUBLISHED


def card(
    story_id: str,
    *tags: str,
    day: int = 0,
    origins: tuple[str, ...] | None = None,
    url: str | None = "https://example.org/story",
    article_ids: tuple[str, ...] = (),
) -> Card:
    """`topic:gpu-shortage` is a tag; a story is its own origin unless the test says otherwise."""
    return Card(
        story_id=story_id,
        title=f"About {story_id}",
        url=url,
        moment=PUBLISHED + timedelta(days=day),
        tags=tuple(tag(text) for text in tags),
        origins=frozenset(origins if origins is not None else [f"a-{story_id}"]),
        article_ids=frozenset(article_ids or [f"a-{story_id}"]),
    )


def tag(text: str) -> Tag:
    kinds: dict[str, TagKind] = {
        "topic": "topic",
        "product": "product",
        "org": "org",
        "source": "source",
    }
    kind, _, slug = text.partition(":")
    return Tag(slug=slug, name=slug, kind=kinds[kind])


def ids(updates: list[RelatedUpdate]) -> list[str]:
    return [update.story_id for update in updates]


def listed(found: Related) -> list[str]:
    return ids([*found.same_topic, *found.same_product, *found.same_source])


def test_each_kind_of_shared_tag_has_its_list() -> None:
    found = related_updates(
        card("s-1", "topic:gpu", "product:gb300", "source:chip-ledger"),
        [
            card("s-2", "topic:gpu"),
            card("s-3", "product:gb300", url=None),
            card("s-4", "source:chip-ledger"),
            card("s-5", "topic:storage"),
        ],
    )
    assert found.same_topic == [
        RelatedUpdate(story_id="s-2", title="About s-2", via="gpu", url="https://example.org/story")
    ]
    assert found.same_product == [
        RelatedUpdate(story_id="s-3", title="About s-3", via="gb300", url=None)
    ]
    assert ids(found.same_source) == ["s-4"]


def test_a_slug_shared_between_two_kinds_relates_nothing() -> None:
    found = related_updates(card("s-1", "topic:storage"), [card("s-2", "product:storage")])
    assert listed(found) == []


def test_an_organisation_alone_relates_nothing() -> None:
    found = related_updates(card("s-1", "org:corvane"), [card("s-2", "org:corvane")])
    assert listed(found) == []


def test_the_story_itself_is_never_listed() -> None:
    own = card("s-1", "topic:gpu")
    elsewhere = card("s-1", "topic:gpu", origins=("a-other",))
    assert listed(related_updates(own, [own, elsewhere])) == []


def test_a_reprint_of_the_story_is_never_listed() -> None:
    own = card("s-1", "topic:gpu", origins=("a-1", "a-2"))
    reprint = card("s-2", "topic:gpu", origins=("a-2", "a-3"))
    assert listed(related_updates(own, [reprint])) == []


def test_a_former_identity_of_the_story_is_never_listed() -> None:
    own = card("s-1", "topic:gpu", article_ids=("a-1", "a-2"))
    merged = card("s-2", "topic:gpu", article_ids=("a-2",), origins=("a-elsewhere",))
    assert listed(related_updates(own, [merged])) == []


def test_the_rarest_shared_tag_comes_first_then_the_latest_then_the_id() -> None:
    own = card("s-1", "product:gb300", "product:nova")
    found = related_updates(
        own,
        [
            card("s-5", "product:gb300", day=1),
            card("s-4", "product:gb300", day=2),
            card("s-3", "product:gb300", day=2),
            card("s-2", "product:nova", day=-9),
        ],
    )
    assert ids(found.same_product) == ["s-2", "s-3", "s-4"]
    assert [update.via for update in found.same_product] == ["nova", "gb300", "gb300"]


def test_two_common_tags_together_relate_more_than_each_alone() -> None:
    found = related_updates(
        card("s-1", "topic:gpu", "topic:energy"),
        [
            card("s-4", "topic:gpu", day=2),
            card("s-3", "topic:energy", day=2),
            card("s-2", "topic:energy", "topic:gpu", day=-9),
        ],
    )
    assert ids(found.same_topic)[0] == "s-2"


def test_one_tag_does_not_fill_a_list() -> None:
    others = [card(f"s-{n}", "topic:gpu", day=n) for n in range(2, 7)]
    assert len(related_updates(card("s-1", "topic:gpu"), others).same_topic) == PER_TAG


def test_a_topic_of_most_stories_relates_nothing() -> None:
    others = [card(f"s-{n}", "topic:ai", day=n) for n in range(2, 12)]
    assert listed(related_updates(card("s-1", "topic:ai"), others)) == []


def test_a_story_is_listed_once_under_the_first_kind_that_fits() -> None:
    other = card("s-2", "topic:gpu", "product:gb300", "source:chip-ledger")
    found = related_updates(card("s-1", *("topic:gpu", "product:gb300")), [other])
    assert (ids(found.same_topic), listed(found)) == (["s-2"], ["s-2"])


TAGS = st.lists(
    st.sampled_from(["topic:a", "topic:b", "product:a", "product:c", "source:d", "org:e"]),
    unique=True,
)
CARDS = st.lists(
    st.builds(
        lambda number, tags, day, origin: card(f"s-{number}", *tags, day=day, origins=(origin,)),
        st.integers(0, 12),
        TAGS,
        st.integers(-3, 3),
        st.sampled_from([f"a-{n}" for n in range(12)]),
    ),
    max_size=14,
    unique_by=lambda each: each.story_id,
)


@settings(max_examples=50)
@given(CARDS)
def test_whatever_the_stories_the_lists_keep_their_rules(
    cards: list[Card],
) -> None:
    for own in cards:
        found = related_updates(own, cards)
        others = {other.story_id: other for other in cards}
        assert own.story_id not in listed(found)
        assert len(listed(found)) == len(set(listed(found)))
        for updates in (found.same_topic, found.same_product, found.same_source):
            assert len(updates) <= PER_KIND
            for update in updates:
                assert not others[update.story_id].origins & own.origins
                assert update.via in {t.slug for t in others[update.story_id].tags}
                assert update.via in {t.slug for t in own.tags}


@settings(max_examples=50)
@given(CARDS.flatmap(lambda cards: st.tuples(st.just(cards), st.permutations(cards))))
def test_the_order_of_the_stories_makes_no_difference(
    cards_twice: tuple[list[Card], list[Card]],
) -> None:
    cards, shuffled = cards_twice
    for own in cards:
        assert related_updates(own, shuffled) == related_updates(own, cards)
