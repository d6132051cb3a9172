"""Texts to tokens and back; what a source could write to take over a conversation is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.local_models.runtime import load_tokenizer, quiet

FIXED_DATE = "{% macro strftime_now(form) %}01 Jan 2025{% endmacro %}"
"""Goes before every chat template: some print the date, and no completion may depend on the clock.
Any day does; it hides the function with which templates ask for today."""


class TextTokenizer:
    """The tokenizer of the model in a folder; `name` is the model's, for errors.

    Raises:
        ModelError: on construction, when there is none that can be loaded.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._tokenizer = load_tokenizer(folder, name)
        self._name = name
        self._template = (
            FIXED_DATE + self._tokenizer.get_chat_template()
            if self._tokenizer.chat_template
            else None
        )
        added = self._tokenizer.added_tokens_decoder.values()
        self._marks = [token.content for token in added if token.special]

    @property
    def chats(self) -> bool:
        """Whether there is a chat template."""
        return self._template is not None

    @property
    def start(self) -> int | None:
        """The token that begins a text, where there is one."""
        token: int | None = self._tokenizer.bos_token_id
        return token

    @property
    def end(self) -> int | None:
        """The token that ends a text, where there is one."""
        token: int | None = self._tokenizer.eos_token_id
        return token

    @property
    def filler(self) -> int | None:
        """The token that fills short rows, where there is one."""
        token: int | None = self._tokenizer.pad_token_id
        return token

    @property
    def longest(self) -> int:
        """The tokens that the tokenizer allows a text; very many where it names no limit."""
        limit: int = self._tokenizer.model_max_length
        return limit

    def unmarked(self, text: str) -> str:
        """Return `text` without the model's control marks, such as `<|im_end|>`.

        A source that writes one could otherwise end the user's turn and begin another.
        """
        for mark in self._marks:
            text = text.replace(mark, " ")
        return text

    def ids(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of `text`; `special` adds the marks that the tokenizer puts around."""
        with quiet():
            ids: list[int] = self._tokenizer(self.unmarked(text), add_special_tokens=special)[
                "input_ids"
            ]
        return ids

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the code points, start and end, of each token of `text`."""
        with quiet():
            spans: list[tuple[int, int]] = self._tokenizer(
                self.unmarked(text), add_special_tokens=False, return_offsets_mapping=True
            )["offset_mapping"]
        return spans

    def marks_before(self) -> list[int]:
        """Return the tokens that the tokenizer puts before a text."""
        bare, whole = self.ids("a", special=False), self.ids("a", special=True)
        return next(
            whole[:at]
            for at in range(len(whole) + 1)
            if whole[at : at + len(bare)] == bare or at == len(whole)
        )

    def pair(self, first: str, second: str, limit: int) -> tuple[list[int], list[int]]:
        """Return the tokens of two texts in one row, and for each token to which text it belongs.

        The longer text is cut until the row has at most `limit` tokens. A tokenizer that does not
        tell the two apart says 0 throughout.
        """
        with quiet():
            row = self._tokenizer(
                self.unmarked(first), self.unmarked(second), truncation=True, max_length=limit
            )
        ids: list[int] = row["input_ids"]
        return ids, row.get("token_type_ids", [0] * len(ids))

    def turn(self, prompt: str) -> list[int]:
        """Return the tokens of the user's turn and of the cue that the answer begins.

        Raises:
            ModelError: the chat template failed.
        """
        try:
            turn: str = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": self.unmarked(prompt)}],
                add_generation_prompt=True,
                tokenize=False,
                chat_template=self._template,
                enable_thinking=False,  # thinking aloud first would spend the whole budget
            )
        except Exception as error:  # a template is a program of the model's author
            what = f"its chat template failed ({error})"
            raise ModelError(self._name, what, "name another model") from error
        with quiet():
            ids: list[int] = self._tokenizer(turn, add_special_tokens=False)["input_ids"]
        return ids

    def text(self, ids: Sequence[int]) -> str:
        """Return what the tokens say, without the white space around it."""
        return self.spell(ids).strip()

    def spell(self, ids: Sequence[int]) -> str:
        """Return what the tokens say."""
        text: str = self._tokenizer.decode(
            list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text


def stop_tokens(model: Any, tokenizer: TextTokenizer) -> frozenset[int]:
    """Return the tokens that end a turn, by the tokenizer's, the config's or the model's word."""
    stops: set[int] = set()
    for stated in (
        tokenizer.end,
        model.generation_config.eos_token_id,
        getattr(model.config.get_text_config(), "eos_token_id", None),
    ):
        stops.update([stated] if isinstance(stated, int) else stated or ())
    return frozenset(stops)
