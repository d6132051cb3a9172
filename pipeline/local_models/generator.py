"""Completions and likelihoods with a causal language model of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.local_models.decoding import GreedyDecoder, forward
from pipeline.local_models.runtime import (
    Dtype,
    load_config,
    load_model,
    load_tokenizer,
    pick_device,
    positions,
    quiet,
)
from pipeline.protocols import ModelIdentity

FIXED_DATE = "{% macro strftime_now(form) %}01 Jan 2025{% endmacro %}"
"""Goes before every chat template: some print the date, and no completion may depend on the clock.
Any day does; it hides the function with which templates ask for today."""


class TransformersGenerator:
    """A `Generator`: greedy, and the same however the prompts are grouped.

    Raises:
        ModelError: on construction, when the folder holds no causal language model.
    """

    def __init__(
        self,
        folder: Path,
        identity: ModelIdentity,
        *,
        device: str = "auto",
        dtype: Dtype = "float32",
    ) -> None:
        from transformers import AutoModelForCausalLM

        self._device = pick_device(device)
        config = load_config(folder, identity.id)
        if any(name.endswith("ForMaskedLM") for name in config.architectures or ()):
            what = "is a masked language model, which cannot write"
            raise ModelError(identity.id, what, "name a causal language model")
        self._tokenizer = load_tokenizer(folder, identity.id)
        self._model = load_model(
            AutoModelForCausalLM, folder, identity.id, device=self._device, dtype=dtype
        )
        self._identity = identity
        self._positions = positions(config, self._tokenizer)
        self._stops = _stops(self._model, self._tokenizer)
        pad = self._tokenizer.pad_token_id
        self._filler: int = min(self._stops, default=0) if pad is None else pad
        self._decoder = GreedyDecoder(self._model, stops=self._stops, filler=self._filler)
        self._template = (
            FIXED_DATE + self._tokenizer.get_chat_template()
            if self._tokenizer.chat_template
            else None
        )
        added = self._tokenizer.added_tokens_decoder.values()
        self._marks = [token.content for token in added if token.special]

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    def generate(self, prompts: Sequence[str], *, max_new_tokens: int) -> list[str]:
        """Return one greedy completion a prompt, without the white space around it.

        A completion ends where the model ends its turn, or after `max_new_tokens`.

        Raises:
            ModelError: a prompt with its completion is longer than the model's context.
        """
        tokens = [self._prompt_tokens(prompt) for prompt in prompts]
        for ids in tokens:
            self._check_length(len(ids) + max_new_tokens)
        import torch

        with torch.inference_mode(), quiet():
            return [self._text(ids) for ids in self._decoder.complete(tokens, max_new_tokens)]

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (context, text), the mean log-probability (nats) of a token of text.

        The two are tokenised on their own and joined; no chat template goes around them.

        Raises:
            ModelError: a pair is longer than the model's context.
            ValueError: a text is empty, so that it has no mean.
        """
        return [self._likelihood(context, text) for context, text in pairs]

    def _likelihood(self, context: str, text: str) -> float:
        """Return the mean log-probability of one text, read by itself, at its own length."""
        import torch

        before = self._context_tokens(context)
        ids = self._plain_tokens(text, special=False)
        if not ids:
            raise ValueError("the likelihood of an empty text was asked")
        self._check_length(len(before) + len(ids))
        with torch.inference_mode(), quiet():
            # The logits at one place foretell the next token, hence one place earlier; those of the
            # whole context could fill the memory.
            logits = forward(
                self._model,
                torch.tensor([before + ids], device=self._device),
                logits_to_keep=len(ids) + 1,
                use_cache=False,
            )[0, -len(ids) - 1 : -1]
            log_probabilities = logits.float().log_softmax(dim=-1)
            chosen = log_probabilities.gather(1, torch.tensor([ids], device=self._device).T)
            return float(chosen.double().mean())

    def _prompt_tokens(self, prompt: str) -> list[int]:
        """Return the tokens of the user's turn and of the cue that the answer begins."""
        if self._template is None:
            return self._context_tokens(f"{prompt.rstrip()}\n")
        try:
            turn: str = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": self._unmarked(prompt)}],
                add_generation_prompt=True,
                tokenize=False,
                chat_template=self._template,
                enable_thinking=False,  # thinking aloud first would spend the whole budget
            )
        except Exception as error:  # a template is a program of the model's author
            what = f"its chat template failed ({error})"
            raise ModelError(self._identity.id, what, "name another model") from error
        with quiet():
            ids: list[int] = self._tokenizer(turn, add_special_tokens=False)["input_ids"]
        return ids

    def _context_tokens(self, context: str) -> list[int]:
        """Return the tokens before a text: at least one, for its first token to follow."""
        start = self._tokenizer.bos_token_id
        return self._plain_tokens(context, special=True) or [
            self._filler if start is None else start
        ]

    def _plain_tokens(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of `text`; `special` adds what the tokenizer puts in front."""
        with quiet():
            ids: list[int] = self._tokenizer(self._unmarked(text), add_special_tokens=special)[
                "input_ids"
            ]
        while special and ids and ids[-1] in self._stops:  # an end mark, which some add as well
            ids = ids[:-1]
        return ids

    def _unmarked(self, text: str) -> str:
        """Return `text` without the model's control marks, such as `<|im_end|>`.

        A source that writes one could otherwise end the user's turn and begin another.
        """
        for mark in self._marks:
            text = text.replace(mark, " ")
        return text

    def _check_length(self, length: int) -> None:
        if length > self._positions:
            what = f"{length} tokens were asked of a context of {self._positions}"
            raise ModelError(self._identity.id, what, "shorten the text, or name another model")

    def _text(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text.strip()


def _stops(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the tokens that end a turn, by the tokenizer's, the config's or the model's word."""
    stops: set[int] = set()
    for stated in (
        tokenizer.eos_token_id,
        model.generation_config.eos_token_id,
        getattr(model.config.get_text_config(), "eos_token_id", None),
    ):
        stops.update([stated] if isinstance(stated, int) else stated or ())
    return frozenset(stops)
