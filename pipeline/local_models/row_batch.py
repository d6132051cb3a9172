"""Completions side by side: a cache of fixed shape in which each row has its own length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import torch

Row = TypeVar("Row")


class RowBatch(Generic[Row]):
    """The next step of `rows` completions: tokens, positions, mask and cache.

    A row's keys and values lie at its own places from 0 on, so that they do not depend on what
    stood in the row before or stands in those beside it. A row that nobody has taken reads one
    filler token over and over.
    """

    def __init__(self, rows: int, width: int, filler: int, model: Any) -> None:
        import torch

        device = model.device
        self.taken: dict[int, Row] = {}
        self.tokens = torch.full((rows, 1), filler, device=device)
        """Shape (rows, 1): the last token written, which is read next."""
        self.positions = torch.zeros((rows, 1), dtype=torch.long, device=device)
        """Shape (rows, 1): where that token stands."""
        self._never = torch.finfo(model.dtype).min
        self.mask = torch.full((rows, 1, 1, width), self._never, dtype=model.dtype, device=device)
        """Shape (rows, 1, 1, width): 0 at the places that a row may look at, so low elsewhere that
        nothing of them remains."""
        self.mask[..., 0] = 0
        self._layers: list[_RowLayer] = []
        self.cache: Any = None
        self._width = width

    @property
    def free(self) -> list[int]:
        """Return the rows that nobody has taken."""
        return [place for place in range(len(self.tokens)) if place not in self.taken]

    def put(self, place: int, row: Row, cache: Any, token: int) -> None:
        """Let `row` go on in row `place`, with the keys and values of its prompt and a token."""
        from transformers.cache_utils import Cache

        if self.cache is None:
            rows = len(self.tokens)
            self._layers = [
                _RowLayer(layer, rows, self._width, self.positions) for layer in cache.layers
            ]
            make: Any = Cache
            self.cache = make(layers=list(self._layers))
        for own, layer in zip(self._layers, cache.layers, strict=True):
            own.put(place, layer)
        length = cache.layers[0].keys.shape[2]
        self.taken[place] = row
        self.positions[place] = length
        self.tokens[place] = token
        self.mask[place, ..., : length + 1] = 0

    def advance(self, place: int, token: int) -> None:
        """Let the row at `place` read `token` next."""
        self.positions[place] += 1
        self.tokens[place] = token
        self.mask[place, ..., self.positions[place]] = 0

    def release(self, place: int) -> None:
        """Free the row at `place`."""
        del self.taken[place]
        self.positions[place] = 0
        self.mask[place] = self._never
        self.mask[place, ..., 0] = 0


class _RowLayer:
    """One layer's keys and values, shape (rows, heads, width, size), as `Cache` asks for them."""

    is_sliding = False
    is_compileable = False
    is_initialized = True

    def __init__(self, like: Any, rows: int, width: int, positions: torch.Tensor) -> None:
        import torch

        _, heads, _, size = like.keys.shape
        self.keys = like.keys.new_zeros((rows, heads, width, size))
        self.values = like.values.new_zeros(
            (rows, like.values.shape[1], width, like.values.shape[3])
        )
        self._positions = positions
        self._rows = torch.arange(rows, device=self.keys.device)

    def put(self, place: int, layer: Any) -> None:
        """Copy a prompt's keys and values into the row `place`."""
        length = layer.keys.shape[2]
        self.keys[place, :, :length] = layer.keys[0]
        self.values[place, :, :length] = layer.values[0]

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write each row's new state at its position; return those of all places."""
        at = self._positions[:, 0]
        self.keys[self._rows, :, at] = key_states[:, :, 0]
        self.values[self._rows, :, at] = value_states[:, :, 0]
        return self.keys, self.values

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:  # noqa: ARG002
        """Return how many places a mask covers, and from which on."""
        return self.keys.shape[2], 0

    def get_seq_length(self) -> int:
        """Return 0: the rows have each their own length, which the positions tell."""
        return 0

    def get_max_length(self) -> int:
        """Return the width."""
        return int(self.keys.shape[2])
