"""Batches of fixed shape, so that no text's outcome depends on the texts beside it.

Matrix products take another path, with other rounding, when a batch has another number of rows or
another length. So each batch has a constant number of rows (dummy rows fill the last one) and a
width that follows from the text's own length. Measured on CPU: the rows of such batches have the
same bits in whatever order and company; with free batch sizes they have not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.int64]
"""Shape (rows, width)."""


def padded_width(length: int, multiple: int) -> int:
    """Return the smallest multiple of `multiple` above `length`.

    Above, not at: every row is padded, so that no batch happens to need no mask. Attention without
    a mask is another computation.
    """
    return (length // multiple + 1) * multiple


def grouped(widths: Sequence[int], rows: int) -> Iterator[tuple[int, list[int]]]:
    """Yield batches: a width and the indices, at most `rows`, of texts that have that width."""
    members: dict[int, list[int]] = defaultdict(list)
    for index, width in enumerate(widths):
        members[width].append(index)
    for width, indices in members.items():
        for start in range(0, len(indices), rows):
            yield width, indices[start : start + rows]


def padded(
    texts: Sequence[Sequence[int]], *, rows: int, width: int, filler: int
) -> tuple[Tokens, Tokens]:
    """Return the token ids and the attention mask of a batch padded on the right.

    A dummy row, or an empty text, shows one `filler`: attention over nothing is not a number.
    """
    tokens = np.full((rows, width), filler, dtype=np.int64)
    mask = np.zeros((rows, width), dtype=np.int64)
    for row in range(rows):
        ids = (texts[row] if row < len(texts) else ()) or (filler,)
        tokens[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return tokens, mask
