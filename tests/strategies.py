"""Hypothesis strategies for texts as extraction leaves them, and for news-like sentences."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.sentences import GOOD_SENTENCES

any_line = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=80)
"""One line of arbitrary Unicode: emoji, combining marks, controls; no carriage return."""

messy_line = st.lists(
    st.sampled_from(
        [
            *"aZé中🙂 \t.,;:!?()[]{}<>|“”‘’\"'—–-%$€0123456789",
            " $1.8bn",
            " 40% ",
            "12 May ",
            "Ltd. ",
        ]
    ),
    max_size=40,
).map("".join)
"""One line of what the patterns look for, in any order."""

block = st.builds("{}{}".format, st.sampled_from(["", "## ", "- ", "> "]), any_line | messy_line)
text_of_blocks = st.lists(block, max_size=6).map("\n".join)
"""A revision's text: one block a line, marked or not."""

good_sentence = st.sampled_from(GOOD_SENTENCES)
