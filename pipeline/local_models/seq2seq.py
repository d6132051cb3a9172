"""Completions and likelihoods with an encoder-decoder model of transformers: BART, T5, Pegasus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelError
from pipeline.local_models.batching import grouped, padded_width
from pipeline.local_models.held_words import HeldWords, Holding
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

if TYPE_CHECKING:
    import torch

ROWS = 16
"""Prompts decoded together. Measured on one busy thread with a model of BART-base's shape: sixteen
prompts are written 4 to 5 times as fast in 16 rows as in 1; two prompts take 1.4 times as long."""
WIDTH_STEP = 64
"""Encoded prompts are padded to multiples of this. In the same measurement two prompts took a third
more time with 128, a half more with 256; prompts of one to three sentences have three widths."""
INSTRUCTED = frozenset({"t5", "mt5"})
"""Kinds of models that were trained on instructions (FLAN, T0, mT0) under an unchanged name of the
kind; the other encoder-decoder models with published weights are made for one task."""
LINE_END = "<n>"
"""How Pegasus writes the end of a line."""


class Seq2SeqGenerator:
    """A `Generator` that reads the prompt with its encoder; greedy, the same in any company.

    Of the model's own generation settings only the tokens that begin a text are heeded. Its beams,
    length penalties, minimum lengths and forbidden repetitions are left out: a brief wants the
    likeliest sentence, and a minimum length makes a model go on when it has nothing to say.

    Raises:
        ModelError: on construction, when the folder holds no encoder-decoder model of texts.
    """

    def __init__(
        self,
        folder: Path,
        identity: ModelIdentity,
        *,
        device: str = "auto",
        dtype: Dtype = "float32",
    ) -> None:
        from transformers import AutoModelForSeq2SeqLM, GenerationConfig

        self._device = pick_device(device)
        config = load_config(folder, identity.id)
        self._tokenizer = TextTokenizer(folder, identity.id)
        self._model = load_model(
            AutoModelForSeq2SeqLM,
            folder,
            identity.id,
            device=self._device,
            dtype=dtype,
        )
        self._identity = identity
        self._positions = positions(config)
        self._stops = stop_tokens(self._model, self._tokenizer)
        pad = self._tokenizer.filler
        self._filler: int = min(self._stops, default=0) if pad is None else pad
        self._opening = _opening(self._model, self._tokenizer)
        make_config: Any = GenerationConfig  # not typed
        self._model.generation_config = make_config(
            do_sample=False,
            num_beams=1,
            eos_token_id=sorted(self._stops) or None,
            pad_token_id=self._filler,
            decoder_start_token_id=self._opening[0],
        )
        self._task = _task_words(config)
        # The first T5 was trained on tasks named in front of the text; its successors, and with
        # them the models trained on instructions, have gated layers.
        self._instructed = self._tokenizer.chats or (
            config.model_type in INSTRUCTED and getattr(config, "is_gated_act", False)
        )

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self._identity

    @property
    def follows_instructions(self) -> bool:
        """Whether a prompt may say what to do; a pure summariser shortens whatever it is given."""
        return self._instructed

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        """Return one greedy completion a prompt, without the white space around it.

        A completion ends where the model ends its text, or after `max_new_tokens`. `held` gives for
        each prompt the text to whose names and numbers its completion is held.

        Raises:
            ModelError: a prompt or its completion is longer than the model's context.
        """
        tokens = [self._prompt_tokens(prompt) for prompt in prompts]
        for ids in tokens:
            self._check_length(len(ids))
        self._check_length(len(self._opening) + max_new_tokens)
        completions = [""] * len(prompts)
        widths = [padded_width(len(ids), WIDTH_STEP) for ids in tokens]
        for width, members in grouped(widths, ROWS):
            limits = [HeldWords(held[i], self._tokenizer.spell) for i in members] if held else []
            written = self._complete(
                [tokens[index] for index in members], width, max_new_tokens, limits
            )
            for index, text in zip(members, written, strict=True):
                completions[index] = text
        return completions

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (context, text), the mean log-probability (nats) of a token of text.

        The context is what the encoder reads; neither instructions nor a template go with it.

        Raises:
            ModelError: a context or a text is longer than the model's context.
            ValueError: a text is empty, so that it has no mean.
        """
        return [self._likelihood(context, text) for context, text in pairs]

    def _complete(
        self,
        prompts: list[list[int]],
        width: int,
        max_new_tokens: int,
        held: Sequence[HeldWords],
    ) -> list[str]:
        """Return the completions of at most ROWS prompts, encoded one by one, as one batch."""
        import torch
        from transformers import DynamicCache, EncoderDecoderCache, LogitsProcessorList
        from transformers.modeling_outputs import BaseModelOutput

        with torch.inference_mode(), quiet():
            encoded = [self._encode(ids) for ids in prompts]
            states = encoded[0].new_zeros((ROWS, width, encoded[0].shape[-1]))
            mask = torch.zeros((ROWS, width), dtype=torch.long, device=self._device)
            for row in range(ROWS):
                # The last prompt fills the empty rows: it ends when it ends, a dummy might not.
                state = encoded[min(row, len(encoded) - 1)]
                states[row, : state.shape[1]] = state[0]
                mask[row, : state.shape[1]] = 1
            opening = torch.tensor([self._opening] * ROWS, device=self._device)
            sequences = self._model.generate(
                encoder_outputs=BaseModelOutput(last_hidden_state=states),
                attention_mask=mask,
                decoder_input_ids=opening,
                # That of transformers' own making has as many layers as the encoder, and a T5's
                # decoder may have more.
                past_key_values=EncoderDecoderCache(DynamicCache(), DynamicCache()),
                max_new_tokens=max_new_tokens,
                logits_processor=LogitsProcessorList(
                    [Holding(held, opening.shape[1], self._stops)] if held else []
                ),
            )
        return [self._text(row) for row in sequences[: len(prompts), opening.shape[1] :].tolist()]

    def _likelihood(self, context: str, text: str) -> float:
        """Return the mean log-probability of one text, read by itself, at its own length."""
        import torch
        from transformers.modeling_outputs import BaseModelOutput

        ids = self._tokenizer.ids(text, special=False)
        if not ids:
            raise ValueError("the likelihood of an empty text was asked")
        before = self._encoder_tokens(context)
        self._check_length(len(before))
        self._check_length(len(self._opening) + len(ids))
        with torch.inference_mode(), quiet():
            logits = self._model(
                encoder_outputs=BaseModelOutput(last_hidden_state=self._encode(before)),
                decoder_input_ids=torch.tensor([[*self._opening, *ids[:-1]]], device=self._device),
                use_cache=False,
            ).logits[0, len(self._opening) - 1 :]
            log_probabilities = logits.float().log_softmax(dim=-1)
            chosen = log_probabilities.gather(1, torch.tensor([ids], device=self._device).T)
            return float(chosen.double().mean())

    def _encode(self, ids: list[int]) -> torch.Tensor:
        """Return the encoder's states of one text, shape (1, tokens, size)."""
        import torch

        encoder = self._model.get_encoder()
        states: torch.Tensor = encoder(
            input_ids=torch.tensor([ids], device=self._device)
        ).last_hidden_state
        return states

    def _prompt_tokens(self, prompt: str) -> list[int]:
        if self._tokenizer.chats:
            return self._tokenizer.turn(prompt)
        return self._encoder_tokens(prompt if self._instructed else self._task + prompt)

    def _encoder_tokens(self, text: str) -> list[int]:
        return self._tokenizer.ids(text, special=True) or [self._filler]

    def _check_length(self, length: int) -> None:
        if length > self._positions:
            what = f"{length} tokens were asked of a context of {self._positions}"
            raise ModelError(self._identity.id, what, "shorten the text, or name another model")

    def _text(self, ids: list[int]) -> str:
        """Return what was written before the first mark that ends a text."""
        end = next((at for at, token in enumerate(ids) if token in self._stops), len(ids))
        return self._tokenizer.text(ids[:end]).replace(LINE_END, "\n").strip()


def _opening(model: Any, tokenizer: TextTokenizer) -> list[int]:
    """Return the tokens with which every text of the decoder begins.

    After the start come the mark that the model is told to write first, else the marks that the
    tokenizer puts before a text: in training they stood there.
    """
    start = _stated(model, "decoder_start_token_id")
    if start is None:  # T5, and what descends from it, begins with the filler
        start = next((t for t in (tokenizer.filler, tokenizer.start) if t is not None), 0)
    forced = _stated(model, "forced_bos_token_id")
    if forced is not None:
        return [start, forced]
    return [start, *tokenizer.marks_before()]


def _stated(model: Any, name: str) -> int | None:
    """Return a token that the model's generation settings name, else its configuration."""
    for stated in (model.generation_config, model.config):
        token: int | None = getattr(stated, name, None)
        if token is not None:
            return token
    return None


def _task_words(config: Any) -> str:
    """Return the words that the configuration wants before a text to be summarised."""
    tasks = getattr(config, "task_specific_params", None) or {}
    words: str = tasks.get("summarization", {}).get("prefix", "")
    return words
