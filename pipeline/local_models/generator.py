"""Completions and likelihoods with a causal language model of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelError
from pipeline.local_models.batching import grouped, padded, padded_width
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

if TYPE_CHECKING:
    import torch

ROWS = 16
"""Prompts in a batch. Measured on two cores with the 135M: 38 tokens a second in float32."""
LIKELIHOOD_ROWS = 8
"""Pairs in a batch: eight texts of 32 tokens over a vocabulary of 152,000 are 156 MB of logits."""
WIDTH_STEP = 32
"""Widths are multiples of this: prompts have 100 to 300 tokens, so few batches are half empty."""
TEXT_STEP = 16
"""The same for the text whose likelihood is asked, a sentence as a rule."""

TEMPLATE_ARGUMENTS = {
    # Some templates print today's date; a completion must not depend on the clock.
    "strftime_now": lambda form: datetime(2025, 1, 1).strftime(form),  # noqa: DTZ001
    # Models that may think aloud first would spend the whole budget on it.
    "enable_thinking": False,
}


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
        self._model.generation_config = self._greedy()
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
        self._check_lengths([len(ids) + max_new_tokens for ids in tokens])
        completions = [""] * len(prompts)
        widths = [padded_width(len(ids), WIDTH_STEP) for ids in tokens]
        for width, members in grouped(widths, ROWS):
            written = self._complete([tokens[index] for index in members], width, max_new_tokens)
            for index, ids in zip(members, written, strict=True):
                completions[index] = self._text(ids)
        return completions

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (context, text), the mean log-probability (nats) of a token of text.

        The two are tokenised on their own and joined; no chat template goes around them.

        Raises:
            ModelError: a pair is longer than the model's context.
            ValueError: a text is empty, so that it has no mean.
        """
        contexts = [self._context_tokens(context) for context, _ in pairs]
        texts = [self._plain_tokens(text, special=False) for _, text in pairs]
        if not all(texts):
            raise ValueError("the likelihood of an empty text was asked")
        lengths = [len(context) + len(text) for context, text in zip(contexts, texts, strict=True)]
        self._check_lengths(lengths)
        likelihoods = [0.0] * len(pairs)
        shapes = [
            (padded_width(length, WIDTH_STEP), padded_width(len(text), TEXT_STEP))
            for length, text in zip(lengths, texts, strict=True)
        ]
        for (width, tail), members in grouped(shapes, LIKELIHOOD_ROWS):
            logits = self._last_logits(
                [contexts[index] + texts[index] for index in members], width, tail
            )
            for row, index in enumerate(members):
                likelihoods[index] = _mean_log_probability(logits[row], texts[index])
        return likelihoods

    def _prompt_tokens(self, prompt: str) -> list[int]:
        """Return the tokens of the user's turn and of the cue that the answer begins."""
        prompt = self._unmarked(prompt)
        if not self._tokenizer.chat_template:
            return self._plain_tokens(f"{prompt.rstrip()}\n", special=True)
        try:
            turn: str = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}],
                add_generation_prompt=True,
                tokenize=False,
                **TEMPLATE_ARGUMENTS,
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

    def _check_lengths(self, lengths: Sequence[int]) -> None:
        longest = max(lengths, default=0)
        if longest > self._positions:
            what = f"{longest} tokens were asked of a context of {self._positions}"
            raise ModelError(self._identity.id, what, "shorten the text, or name another model")

    def _complete(
        self, tokens: list[list[int]], width: int, max_new_tokens: int
    ) -> list[list[int]]:
        """Return the tokens that one batch was continued with, up to the end of the turn."""
        import torch

        ids, mask = padded(tokens, rows=ROWS, width=width, filler=self._filler, side="l")
        dummies = torch.arange(ROWS, device=self._device) >= len(tokens)
        with torch.inference_mode(), quiet():
            sequences = self._model.generate(
                input_ids=torch.from_numpy(ids).to(self._device),
                attention_mask=torch.from_numpy(mask).to(self._device),
                max_new_tokens=max_new_tokens,
                stopping_criteria=[lambda *_, **__: dummies],  # nobody waits for the dummy rows
            )
        return [
            _until(self._stops, sequence) for sequence in sequences[: len(tokens), width:].tolist()
        ]

    def _last_logits(self, tokens: list[list[int]], width: int, count: int) -> torch.Tensor:
        """Return the logits of the last `count` places of one batch, in float32."""
        import inspect

        import torch

        ids, mask = padded(tokens, rows=LIKELIHOOD_ROWS, width=width, filler=self._filler, side="l")
        visible = torch.from_numpy(mask).to(self._device)
        wishes = {
            "position_ids": (visible.cumsum(dim=1) - 1).clamp(min=0),
            "logits_to_keep": count,  # the logits of a whole prompt can fill the memory
            "use_cache": False,
        }
        known = inspect.signature(self._model.forward).parameters
        with torch.inference_mode(), quiet():
            logits: torch.Tensor = self._model(
                input_ids=torch.from_numpy(ids).to(self._device),
                attention_mask=visible,
                **{name: value for name, value in wishes.items() if name in known},
            ).logits
        return logits[:, -count:].float()

    def _text(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text.strip()

    def _greedy(self) -> Any:
        """Return a generation config without the model's own: no sampling, no penalties."""
        import transformers

        make: Any = transformers.GenerationConfig
        return make(
            do_sample=False,
            eos_token_id=sorted(self._stops) or None,
            pad_token_id=self._filler,
            use_cache=True,
        )


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


def _until(stops: frozenset[int], ids: list[int]) -> list[int]:
    """Return `ids` up to the first of `stops`."""
    end = next((place for place, token in enumerate(ids) if token in stops), len(ids))
    return ids[:end]


def _mean_log_probability(logits: torch.Tensor, text: list[int]) -> float:
    """Return the mean log-probability of `text`, at whose last token the row of logits ends."""
    import torch

    count = len(text)
    # The logits at one place foretell the next token, hence one place earlier.
    log_probabilities = torch.log_softmax(logits[-count - 1 : -1], dim=-1)
    chosen = log_probabilities[torch.arange(count), torch.tensor(text)]
    return float(chosen.double().mean())
