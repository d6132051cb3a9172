"""Greedy decoding of many prompts at once, each with the tokens it would get alone."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.local_models.batching import grouped, padded_width
from pipeline.local_models.held_words import HeldWords, Holding, choose
from pipeline.local_models.row_batch import RowBatch

if TYPE_CHECKING:
    import torch

ROWS = 32
"""Prompts decoded together. Measured once on two busy cores, 73 prompts of one section or another
with the 135M in float32, reading included: 38 tokens a second with 16 rows, 50 with 32."""
WIDTH_STEP = 128
"""A row's cache is as wide as a multiple of this: attention over empty places costs little, and
most prompts come together in two widths."""
HEAD = 36
"""Tokens at the beginning of a prompt that are read by themselves, and once: prompts of one section
share them. Ours share 36 to 44 tokens of about 100."""
HEADS = 32
"""Beginnings that are remembered."""


@dataclass
class _Row:
    """A completion that is being written."""

    index: int
    """Of its prompt."""
    held: HeldWords | None
    written: list[int] = field(default_factory=list)


class GreedyDecoder:
    """Continues prompts with a causal model.

    Each prompt is read by itself, at its own length: that is as fast as reading many together,
    since a prompt fills the processor. The tokens are then written in batches of fixed shape; where
    a completion ends, the next prompt takes its row. A model whose memory of a prompt is more than
    keys and values (a sliding window, a recurrent state), or that knows places by other means than
    position ids, writes one completion at a time.
    """

    def __init__(self, model: Any, *, stops: frozenset[int], filler: int) -> None:
        import transformers
        from transformers.cache_utils import DynamicLayer

        self._model = model
        self._stops = stops
        self._filler = filler
        self._heads: dict[tuple[int, ...], list[tuple[torch.Tensor, torch.Tensor]]] = {}
        make_config: Any = transformers.GenerationConfig
        # In place of the model's own, which may ask for sampling or penalties.
        model.generation_config = make_config(
            do_sample=False, eos_token_id=sorted(stops) or None, pad_token_id=filler
        )
        parameters = inspect.signature(model.forward).parameters
        self._joins = (
            {"past_key_values", "position_ids"} <= parameters.keys()
            and not getattr(model.config, "alibi", False)
            and all(type(layer) is DynamicLayer for layer in self._empty_cache().layers)
        )

    def complete(
        self,
        prompts: Sequence[list[int]],
        max_new_tokens: int,
        held: Sequence[HeldWords | None] = (),
    ) -> list[list[int]]:
        """Return the tokens of each prompt's completion, without the one that ended it.

        `held` says of each prompt, where it is given, what its completion may name.
        """
        rows = [_Row(index, held[index] if held else None) for index in range(len(prompts))]
        if not self._joins:
            for row in rows:
                self._complete_alone(row, prompts[row.index], max_new_tokens)
            return [_whole(row, max_new_tokens) for row in rows]
        widths = [padded_width(len(prompt) + max_new_tokens, WIDTH_STEP) for prompt in prompts]
        for width, members in grouped(widths, len(prompts)):
            waiting = deque(rows[index] for index in members)
            batch: RowBatch[_Row] = RowBatch(ROWS, width, self._filler, self._model)
            while waiting or batch.taken:
                for place in batch.free:
                    self._fill(place, batch, waiting, prompts, max_new_tokens)
                if batch.taken:
                    self._step(batch, max_new_tokens)
        return [_whole(row, max_new_tokens) for row in rows]

    def _fill(
        self,
        place: int,
        batch: RowBatch[_Row],
        waiting: deque[_Row],
        prompts: Sequence[list[int]],
        max_new_tokens: int,
    ) -> None:
        """Read the next prompts until one goes on after its first token, in row `place`."""
        while waiting:
            row = waiting.popleft()
            cache = self._empty_cache()
            logits = self._read(prompts[row.index], cache)
            if self._goes_on(row, logits, max_new_tokens):
                batch.put(place, row, cache, row.written[-1])
                return

    def _step(self, batch: RowBatch[_Row], max_new_tokens: int) -> None:
        """Write one token of every row; rows that end are free then."""
        logits = forward(
            self._model,
            batch.tokens,
            attention_mask=batch.mask,
            position_ids=batch.positions,
            past_key_values=batch.cache,
            use_cache=True,
        )[:, -1]
        for place, row in list(batch.taken.items()):
            if self._goes_on(row, logits[place], max_new_tokens):
                batch.advance(place, row.written[-1])
            else:
                batch.release(place)

    def _goes_on(self, row: _Row, logits: torch.Tensor, max_new_tokens: int) -> bool:
        """Add the row's next token; return whether more may follow."""
        token = choose(row.held, row.written, logits, self._stops)
        if token is None or token in self._stops:
            return False
        row.written.append(token)
        return len(row.written) < max_new_tokens

    def _read(self, prompt: list[int], cache: Any) -> torch.Tensor:
        """Read a prompt into `cache`; return the logits of the token that follows it."""
        head = prompt[:HEAD] if len(prompt) > HEAD else []
        if head:
            for number, (keys, values) in enumerate(self._head(tuple(head))):
                cache.update(keys, values, number)
        return self._forward(prompt[len(head) :], cache)

    def _head(self, head: tuple[int, ...]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return the keys and values of how a prompt begins, layer by layer; remembers them."""
        if head not in self._heads:
            if len(self._heads) >= HEADS:
                self._heads.clear()
            cache = self._empty_cache()
            self._forward(list(head), cache)
            self._heads[head] = [(layer.keys, layer.values) for layer in cache.layers]
        return self._heads[head]

    def _forward(self, ids: list[int], cache: Any) -> torch.Tensor:
        """Read tokens behind those that `cache` holds; return the logits of the next one."""
        import torch

        return forward(
            self._model,
            torch.tensor([ids], device=self._model.device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )[0, -1]

    def _empty_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config)

    def _complete_alone(self, row: _Row, prompt: list[int], max_new_tokens: int) -> None:
        import torch
        from transformers import LogitsProcessorList

        limits = [Holding([row.held], len(prompt), self._stops)] if row.held else []
        ids = torch.tensor([prompt], device=self._model.device)
        sequence = self._model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=max_new_tokens,
            logits_processor=LogitsProcessorList(limits),
        )
        written: list[int] = sequence[0, len(prompt) :].tolist()
        end = next((at for at, token in enumerate(written) if token in self._stops), len(written))
        row.written = written[:end]


def _whole(row: _Row, max_new_tokens: int) -> list[int]:
    """Return the tokens of a completion, none of one that had to stop in a word: `Las`."""
    if row.held is None or len(row.written) == max_new_tokens:
        return row.written
    return row.written if row.held.may_end(row.written) else []


def forward(model: Any, ids: torch.Tensor, **wishes: Any) -> torch.Tensor:
    """Return the logits of `ids`, shape (rows, places, vocabulary).

    Of `wishes` the model gets those its `forward` knows: some have no `position_ids`, and some
    give the logits of all places whatever `logits_to_keep` says.
    """
    known = inspect.signature(model.forward).parameters
    given = {name: value for name, value in wishes.items() if name in known}
    logits: torch.Tensor = model(input_ids=ids, **given).logits
    return logits
