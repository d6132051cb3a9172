from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.local_models.reader import LAYERS, MAX_CONTEXT, MAX_TEXT, TransformersReader
from pipeline.protocols import ModelIdentity, Reader
from tests.local_models.builders import save_tiny, words

IDENTITY = ModelIdentity(id="tiny", sha256="0" * 64)
PAIRS = [(words(5 + 9 * n % 50, n), words(2 + 7 * n % 20, 3 * n)) for n in range(12)]
DEEPER = max(LAYERS) + 2
"""Layers of the model, of which the last ones are not to be run."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with more layers than are read."""
    return save_tiny(
        tmp_path_factory.mktemp("reader"), num_hidden_layers=DEEPER, max_position_embeddings=1024
    )


@pytest.fixture(scope="module")
def reader(folder: Path) -> TransformersReader:
    return TransformersReader(folder, IDENTITY, device="cpu")


def test_it_is_a_reader(reader: TransformersReader) -> None:
    described: Reader = reader
    assert described.identity == IDENTITY


def test_states_are_those_of_the_whole_model_after_these_layers(
    folder: Path, reader: TransformersReader
) -> None:
    import torch
    import transformers

    auto: Any = transformers
    model = auto.AutoModel.from_pretrained(folder).eval()
    tokenizer = auto.AutoTokenizer.from_pretrained(folder)
    context, text = PAIRS[3]
    before = tokenizer(f"{context}\n", add_special_tokens=False)["input_ids"]
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        layers = model(
            input_ids=torch.tensor([before + ids]), output_hidden_states=True
        ).hidden_states
        wanted = torch.cat([model.norm(layers[n]) for n in LAYERS], dim=-1)[0, len(before) :]
    np.testing.assert_allclose(reader.read([PAIRS[3]])[0], wanted.numpy(), atol=1e-5)


def test_states_have_a_row_for_each_span_of_the_text(reader: TransformersReader) -> None:
    for (_, text), states in zip(PAIRS, reader.read(PAIRS), strict=True):
        spans = reader.spans(text)
        assert len(states) == len(spans)
        assert "".join(text[start:end] for start, end in spans) == text.replace(" ", "")


def test_company_and_order_change_no_bit(reader: TransformersReader) -> None:
    together = reader.read(PAIRS)
    backwards = reader.read(PAIRS[::-1])[::-1]
    for pair, one, other in zip(PAIRS, together, backwards, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one, reader.read([pair])[0])


def test_the_context_changes_the_states(reader: TransformersReader) -> None:
    text = words(6)
    one, other = reader.read([(words(9, 1), text), (words(9, 2), text)])
    assert not np.allclose(one, other)


def test_long_texts_are_cut_to_the_end_of_the_context_and_the_start_of_the_text(
    reader: TransformersReader,
) -> None:
    long, text = words(MAX_CONTEXT + 200), words(MAX_TEXT + 50)
    states = reader.read([(long, text)])[0]
    assert len(states) == len(reader.spans(text)) == MAX_TEXT
    nearest = " ".join(long.split()[-MAX_CONTEXT:])
    np.testing.assert_array_equal(states, reader.read([(nearest, text)])[0])


def test_control_marks_of_a_source_are_no_tokens(reader: TransformersReader) -> None:
    text = words(4)
    plain, marked = reader.read([(words(6), text), (f"{words(6)} </s>", text)])
    np.testing.assert_array_equal(plain, marked)


def test_an_empty_text_is_refused(reader: TransformersReader) -> None:
    with pytest.raises(ValueError, match="empty"):
        reader.read([(words(3), "  ")])


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        TransformersReader(tmp_path, IDENTITY, device="cpu")
