"""The default models themselves, pulled into the user's cache on first use."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from pipeline.brief.prompts import load_prompt
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.local_models import load_encoder, load_generator
from pipeline.local_models.adapter import read_card
from pipeline.local_models.decoding import ROWS
from pipeline.local_models.encoder import TransformersEncoder
from pipeline.local_models.loading import READER
from pipeline.local_models.model_folder import models_folder
from pipeline.local_models.registry import REGISTRY, WRITER, RegistryEntry
from pipeline.protocols import Generator
from pipeline.settings import ModelSettings, cache_home

pytestmark = pytest.mark.model

SENTENCES = [
    "Reflection AI will pay SpaceX $150 million per month to access Nvidia GB300 hardware.",
    "The deal runs until 2029 and starts at the Colossus 2 site in Memphis.",
    "Prepare your deployment pipelines for models that are released every week.",
    "Shares fell 4.2% on Tuesday.",
    "Analysts at two banks said that the capacity would be worth $1.8 billion a year, which is "
    "more than the start-up has raised since it was founded, and asked how it would be paid for.",
    "Sign up for our newsletter.",
    "“We need compute,” the chief executive said.",
    "The regulator has 30 days to object, and no one expects that it will.",
]
"""Of different lengths, so that they fall into different widths."""


@pytest.fixture(scope="module")
def encoder() -> TransformersEncoder:
    """The default encoder on the CPU."""
    name = ModelSettings().encoder
    return load_encoder(name, cache_home(dict(os.environ)), device="cpu")


@pytest.fixture(scope="module")
def generator() -> Generator:
    """The small generator on the CPU, as its publisher made it."""
    return load_generator(READER, cache_home(dict(os.environ)), device="cpu")


def carried(name: str) -> RegistryEntry:
    """Return the registry's entry that has bytes of its own."""
    entry = REGISTRY[name]
    assert isinstance(entry, RegistryEntry)
    return entry


def combined(count: int) -> list[str]:
    """Return `count` passages of one to three sentences."""
    chosen = random.Random(5)
    return [" ".join(chosen.sample(SENTENCES, chosen.randint(1, 3))) for _ in range(count)]


def test_the_identities_are_the_registrys(
    encoder: TransformersEncoder, generator: Generator
) -> None:
    for identity in (encoder.identity, generator.identity):
        entry = carried(identity.id)
        assert identity.sha256 == entry.weights.sha256
        assert identity.revision == entry.hub.revision
        assert identity.license == "Apache-2.0"


def test_like_sentences_have_like_vectors(encoder: TransformersEncoder) -> None:
    vectors = encoder.encode(
        [
            "SpaceX rents out GPUs to Reflection AI.",
            "Reflection AI leases graphics processors from SpaceX.",
            "The bakery sells rye bread on Sundays.",
        ]
    )
    near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert near > 0.7
    assert far < 0.2


def test_no_grouping_changes_a_bit_of_a_vector(encoder: TransformersEncoder) -> None:
    texts = combined(60)
    vectors = encoder.encode(texts)
    for seed in range(3):
        order = list(range(len(texts)))
        random.Random(seed).shuffle(order)
        size = 1 + 7 * seed
        again = b"".join(
            encoder.encode([texts[index] for index in order[start : start + size]]).tobytes()
            for start in range(0, len(order), size)
        )
        assert again == vectors[order].tobytes()


def test_no_grouping_changes_a_token_or_a_likelihood(generator: Generator) -> None:
    prompts = [f"Rewrite in one sentence: {text}" for text in combined(ROWS + 2)]
    written = generator.generate(prompts, max_new_tokens=10)
    order = list(range(len(prompts)))
    random.Random(1).shuffle(order)
    shuffled = [prompts[index] for index in order]
    again = generator.generate(shuffled[:5], max_new_tokens=10)
    again += generator.generate(shuffled[5:], max_new_tokens=10)
    assert again == [written[index] for index in order]
    pairs = list(zip(prompts, written, strict=True))[:6]
    likelihoods = generator.log_likelihood(pairs)
    assert generator.log_likelihood(pairs[::-1]) == likelihoods[::-1]
    assert generator.log_likelihood(pairs[2:3]) == likelihoods[2:3]


def test_a_rewritten_sentence_keeps_its_figure(generator: Generator) -> None:
    (written,) = generator.generate([f"Rewrite in one sentence: {SENTENCES[0]}"], max_new_tokens=48)
    assert "$150 million" in written
    assert "\n" not in written


def test_sense_is_likelier_than_nonsense(generator: Generator) -> None:
    sense, nonsense = generator.log_likelihood(
        [("The capital of France is", " Paris."), ("The capital of France is", " banana.")]
    )
    assert nonsense < sense < 0


def test_a_gguf_file_by_its_path_writes_what_the_registrys_model_writes(
    generator: Generator, tmp_path: Path
) -> None:
    entry = carried(generator.identity.id)
    path = models_folder(cache_home(dict(os.environ))) / entry.folder / entry.weights.name
    heard: list[str] = []
    for _ in range(2):
        by_path = load_generator(
            str(path), tmp_path, device="cpu", progress=lambda stage, *_: heard.append(stage)
        )
    assert heard == [f"convert {path.name}"] * 2, "converted once: begun and done"
    assert (by_path.identity.id, by_path.identity.sha256) == (path.name, entry.weights.sha256)
    prompts = [f"Rewrite in one sentence: {text}" for text in SENTENCES[:3]]
    assert by_path.generate(prompts, max_new_tokens=16) == generator.generate(
        prompts, max_new_tokens=16
    )


def test_loading_what_is_in_the_cache_is_quick_and_silent(
    generator: Generator, capfd: pytest.CaptureFixture[str]
) -> None:
    start = time.monotonic()
    load_generator(generator.identity.id, cache_home(dict(os.environ)), device="cpu")
    assert time.monotonic() - start < 20, "a conversion takes longer than a load"
    assert capfd.readouterr() == ("", "")


def test_the_shipped_adapter_makes_a_writer_of_the_base(generator: Generator) -> None:
    writer = load_generator(WRITER.name, cache_home(dict(os.environ)), device="cpu")
    assert (writer.identity.id, writer.identity.sha256) == (WRITER.name, read_card(WRITER).sha256)
    prompt = load_prompt("what_changed").render(evidence="\n".join(SENTENCES[:2]))
    (written,) = writer.generate([prompt], max_new_tokens=MAX_NEW_TOKENS)
    assert [written] != generator.generate([prompt], max_new_tokens=MAX_NEW_TOKENS)
    assert "Reflection AI" in written
    assert "\n" not in written
