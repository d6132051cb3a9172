"""Completions and likelihoods with a causal language model of transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.local_models.decoding import GreedyDecoder, forward
from pipeline.local_models.held_words import HeldWords
from pipeline.local_models.runtime import (
    Dtype,
    load_config,
    load_model,
    pick_device,
    positions,
    quiet,
)
from pipeline.local_models.tokens import TextTokenizer, stop_tokens
from pipeline.protocols import ModelIdentity


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
        self._tokenizer = TextTokenizer(folder, identity.id)
        self._model = load_model(
            AutoModelForCausalLM, folder, identity.id, device=self._device, dtype=dtype
        )
        self._identity = identity
        self._positions = min(positions(config), self._tokenizer.longest)
        self._stops = stop_tokens(self._model, self._tokenizer)
        pad = self._tokenizer.filler
        self._filler: int = min(self._stops, default=0) if pad is None else pad
        self._decoder = GreedyDecoder(self._model, stops=self._stops, filler=self._filler)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    @property
    def follows_instructions(self) -> bool:
        """True: a causal model that was not trained on instructions can still go on from them."""
        return True

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        """Return one greedy completion a prompt, without the white space around it.

        A completion ends where the model ends its turn, or after `max_new_tokens`. `held` gives for
        each prompt the text to whose words its completion is held.

        Raises:
            ModelError: a prompt with its completion is longer than the model's context.
        """
        tokens = [self._prompt_tokens(prompt) for prompt in prompts]
        for ids in tokens:
            self._check_length(len(ids) + max_new_tokens)
        import torch

        with torch.inference_mode(), quiet():
            limits = [HeldWords(text, self._tokenizer.spell) for text in held]
            completions = self._decoder.complete(tokens, max_new_tokens, limits)
            return [self._tokenizer.text(ids) for ids in completions]

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
        ids = self._tokenizer.ids(text, special=False)
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
        if self._tokenizer.chats:
            return self._tokenizer.turn(prompt)
        return self._context_tokens(f"{prompt.rstrip()}\n")

    def _context_tokens(self, context: str) -> list[int]:
        """Return the tokens before a text: at least one, for its first token to follow."""
        ids = self._tokenizer.ids(context, special=True)
        while ids and ids[-1] in self._stops:  # an end mark, which some tokenizers add
            ids = ids[:-1]
        start = self._tokenizer.start
        return ids or [self._filler if start is None else start]

    def _check_length(self, length: int) -> None:
        if length > self._positions:
            what = f"{length} tokens were asked of a context of {self._positions}"
            raise ModelError(self._identity.id, what, "shorten the text, or name another model")
