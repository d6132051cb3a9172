from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.local_models.batching import grouped, padded, padded_width


@given(length=st.integers(0, 5000), multiple=st.integers(1, 300))
def test_a_width_always_leaves_room_and_never_a_whole_step(length: int, multiple: int) -> None:
    width = padded_width(length, multiple)
    assert width % multiple == 0
    assert length < width <= length + multiple


@given(widths=st.lists(st.sampled_from([16, 32, 48])), rows=st.integers(1, 9))
def test_every_text_is_in_one_batch_of_its_width(widths: list[int], rows: int) -> None:
    batches = list(grouped(widths, rows))
    seen = [index for _, members in batches for index in members]
    assert sorted(seen) == list(range(len(widths)))
    assert all(0 < len(members) <= rows for _, members in batches)
    assert all(widths[index] == width for width, members in batches for index in members)
    assert len(batches) == sum(-(-widths.count(width) // rows) for width in set(widths))


@given(texts=st.lists(st.lists(st.integers(5, 99), max_size=7), max_size=4))
def test_padding_keeps_the_tokens_and_shows_at_least_one(texts: list[list[int]]) -> None:
    tokens, mask = padded(texts, rows=4, width=8, filler=3)
    assert tokens.shape == mask.shape == (4, 8)
    for row, shown in enumerate(mask.astype(bool)):
        text = texts[row] if row < len(texts) else []
        assert tokens[row][shown].tolist() == (text or [3])
        assert set(tokens[row][~shown].tolist()) <= {3}
        assert shown[0]
