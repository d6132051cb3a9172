"""The plain way to a brief: one text-generation call a section, the whole article in the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.local_models.loading import locate
from pipeline.local_models.runtime import pick_device, quiet
from pipeline.protocols import ModelIdentity
from pipeline.settings import ModelSettings

SECTIONS = {
    "hook": "Write one line of at most 20 words that says why this news is worth reading.",
    "what_changed": "Say in one or two sentences what changed.",
    "why_it_matters": "Say in one or two sentences why this matters.",
    "what_to_do_next": "Say in one or two sentences what the reader should do next.",
    "key_takeaways": "List the key takeaways.",
    "technical": "Explain the technical details.",
    "implications": "Say what this implies for the future.",
}
"""Section → instruction: those sections of a brief that hold sentences. Tables and timelines, which
we take from typed facts, are not asked for, which spares the plain way two calls."""

MARGIN = 64
"""Tokens left free when an article is cut: the chat template adds some thirty with the default
model, and a text that is cut and joined to an instruction may split into a few more."""


class PlainModel:
    """A `Generator` of nothing but `transformers`: one text-generation call for each prompt."""

    def __init__(self, models: ModelSettings, cache: Path) -> None:
        located = locate(models.generator, "generator", cache)
        device = pick_device(models.device)  # before torch: it settles how threads wait
        import torch
        import transformers

        self._identity = replace(located.identity, dtype=models.dtype, device=str(device))
        make_call: Any = transformers.pipeline
        with quiet():
            self._call: Any = make_call(
                "text-generation",
                model=str(located.folder),
                dtype=getattr(torch, models.dtype),
                device=device,
            )
        self._tokenizer: Any = self._call.tokenizer
        self._context: int = self._call.model.config.get_text_config().max_position_embeddings

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    @property
    def follows_instructions(self) -> bool:
        """True, as of every causal model."""
        return True

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        held: Sequence[str] = (),  # noqa: ARG002
    ) -> list[str]:
        """Return one greedy completion a prompt, each by a call of its own and held to nothing."""
        return [self._complete(prompt, max_new_tokens) for prompt in prompts]

    def _complete(self, prompt: str, max_new_tokens: int) -> str:
        chats = self._tokenizer.chat_template is not None
        with quiet():
            answer = self._call(
                [{"role": "user", "content": prompt}] if chats else f"{prompt}\n",
                max_new_tokens=max_new_tokens,
                do_sample=False,
                use_cache=True,
                return_full_text=False,
            )
        text: str = answer[0]["generated_text"]
        return text.strip()

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the mean log-probability of each text's tokens after its context, one a call."""
        return [self._likelihood(context, text) for context, text in pairs]

    def _likelihood(self, context: str, text: str) -> float:
        import torch

        with quiet():
            before = self._tokenizer(context)["input_ids"]
            ids = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        with torch.inference_mode():
            row = torch.tensor([before + ids], device=self._call.model.device)
            logits = self._call.model(
                input_ids=row, logits_to_keep=len(ids) + 1, use_cache=False
            ).logits[0, :-1]
        chosen = logits.float().log_softmax(dim=-1).gather(1, row[0, -len(ids) :, None])
        return float(chosen.mean())

    def fitting(self, article: str, *, max_new_tokens: int) -> str:
        """Return the article, cut where with the longest prompt it would not fit the context."""
        longest = max(self.count(section_prompt(section, "")) for section in SECTIONS)
        room = self._context - max_new_tokens - longest - MARGIN
        ids = self._tokens(article)
        if len(ids) <= room:
            return article
        text: str = self._tokenizer.decode(ids[:room], skip_special_tokens=True)
        return text

    def count(self, text: str) -> int:
        """Return how many tokens a text has by itself."""
        return len(self._tokens(text))

    def _tokens(self, text: str) -> list[int]:
        with quiet():
            ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids


def section_prompt(section: str, article: str) -> str:
    """Return the plain prompt of one section."""
    return f"{SECTIONS[section]} Use only this article.\n\n{article}"
