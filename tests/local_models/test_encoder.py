from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ModelError
from pipeline.local_models.encoder import MAX_TOKENS, TransformersEncoder
from pipeline.protocols import Encoder, ModelIdentity
from tests.local_models.builders import save_tiny, words

IDENTITY = ModelIdentity(id="tiny-bert", sha256="0" * 64)


@pytest.fixture(scope="module")
def encoder(bert: Path) -> TransformersEncoder:
    """The tiny encoder."""
    return TransformersEncoder(bert, IDENTITY, device="cpu")


def test_it_is_an_encoder(encoder: TransformersEncoder) -> None:
    described: Encoder = encoder
    assert described.identity == IDENTITY


def test_vectors_are_unit_rows_in_float32(encoder: TransformersEncoder) -> None:
    vectors = encoder.encode([words(3), words(40), "", "ünknown wörds"])
    assert vectors.shape == (4, 32)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-6)


def test_no_texts_give_no_rows(encoder: TransformersEncoder) -> None:
    assert encoder.encode([]).shape == (0, 32)


def test_a_vector_is_the_mean_over_the_texts_own_tokens(
    encoder: TransformersEncoder, bert: Path
) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    text = words(9)
    tokenizer = AutoTokenizer.from_pretrained(bert)
    with torch.inference_mode():
        hidden = AutoModel.from_pretrained(bert)(**tokenizer(text, return_tensors="pt"))
    mean = hidden.last_hidden_state[0].mean(dim=0).numpy()
    assert encoder.encode([text])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_a_long_text_is_cut(encoder: TransformersEncoder) -> None:
    long, cut = encoder.encode([words(MAX_TOKENS + 50), words(MAX_TOKENS)])
    assert (long == cut).all()


def test_a_model_with_few_places_cuts_earlier(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "short", "BertModel", max_position_embeddings=20)
    encoder = TransformersEncoder(folder, IDENTITY, device="cpu")
    long, cut, full = encoder.encode([words(60), words(19), words(20)])
    assert (long == cut).all()
    assert (full == cut).all()


@settings(max_examples=15)
@given(
    lengths=st.lists(st.integers(0, 70), min_size=1, max_size=30),
    random=st.randoms(use_true_random=False),
)
def test_the_bits_do_not_depend_on_order_and_company(
    encoder: TransformersEncoder, lengths: list[int], random: np.random.Generator
) -> None:
    texts = [words(length, start) for start, length in enumerate(lengths)]
    vectors = encoder.encode(texts)
    order = list(range(len(texts)))
    random.shuffle(order)
    again = encoder.encode([texts[index] for index in order])
    assert again.tobytes() == vectors[order].tobytes()
    alone = encoder.encode([texts[-1]])
    assert alone.tobytes() == vectors[-1:].tobytes()


def test_any_model_that_reads_can_encode(llama: Path) -> None:
    encoder = TransformersEncoder(llama, IDENTITY, device="cpu")
    assert encoder.encode([words(5), ""]).shape == (2, 32)


def test_an_encoder_decoder_model_is_refused(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "t5", "T5Model", d_model=16, d_kv=4, d_ff=16, num_layers=1)
    with pytest.raises(ModelError, match="is an encoder-decoder model"):
        TransformersEncoder(folder, IDENTITY, device="cpu")


@pytest.mark.parametrize("device", ["cuda:99", "warp"])
def test_a_device_that_is_not_there_is_one_clear_error(bert: Path, device: str) -> None:
    with pytest.raises(ModelError, match=r"is not usable on this machine.*use auto, cpu"):
        TransformersEncoder(bert, IDENTITY, device=device)


def test_nothing_is_printed(bert: Path, capfd: pytest.CaptureFixture[str]) -> None:
    TransformersEncoder(bert, IDENTITY, device="cpu").encode([words(300)])
    assert capfd.readouterr() == ("", "")
