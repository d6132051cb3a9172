"""Pairs as token rows: what the loss counts, and in which order the batches come."""

from __future__ import annotations

import pytest

from pipeline.brief.write import ABSTENTION
from pipeline.local_models.tokens import TextTokenizer
from tests.local_models.builders import tiny_tokenizer
from training.examples import IGNORED, Example, batches, example, padded, prompt_of
from training.pairs import Pair

END = 2


def pair(target: str | None) -> Pair:
    return Pair.model_validate(
        {
            "id": "chips-0001",
            "area": "chips",
            "section": "what_changed",
            "evidence": [{"source": "wire", "text": "bal bel"}, {"source": "post", "text": "dol"}],
            "target": target,
        }
    )


def examples(count: int) -> list[Example]:
    return [Example((10,) * (1 + 7 * n % 30), (20 + n, END)) for n in range(count)]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> TextTokenizer:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny_tokenizer("{{ messages[0]['content'] }} <s>").save_pretrained(folder)
    return TextTokenizer(folder, "tiny")


def test_a_prompt_is_what_a_brief_would_ask() -> None:
    prompt = prompt_of(pair("bal bel dol."))
    assert prompt.endswith("\n\nbal bel\ndol")
    assert "what changed" in prompt


def test_an_example_is_the_turn_then_the_target_then_the_end(tokenizer: TextTokenizer) -> None:
    made = example(pair("bel dol"), tokenizer, END)
    assert list(made.prompt) == tokenizer.turn(prompt_of(pair("bel dol")))
    assert list(made.target) == [*tokenizer.ids("bel dol", special=False), END]


def test_where_nothing_can_be_said_the_target_is_the_abstention(tokenizer: TextTokenizer) -> None:
    made = example(pair(None), tokenizer, END)
    assert list(made.target) == [*tokenizer.ids(ABSTENTION, special=False), END]


def test_only_the_target_is_labelled() -> None:
    batch = padded([Example((5, 6, 7), (8, END)), Example((5,), (9, 10, END))], filler=3)
    assert batch.ids.tolist() == [[5, 6, 7, 8, END], [5, 9, 10, END, 3]]
    assert batch.mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]
    assert batch.labels.tolist() == [
        [IGNORED, IGNORED, IGNORED, 8, END],
        [IGNORED, 9, 10, END, IGNORED],
    ]


def test_batches_hold_every_example_once() -> None:
    made = batches(examples(101), 8, seed=1)
    assert sorted(e.target for batch in made for e in batch) == [e.target for e in examples(101)]
    assert max(map(len, made)) == 8


def test_the_seed_decides_the_order() -> None:
    assert batches(examples(101), 8, seed=1) == batches(examples(101), 8, seed=1)
    assert batches(examples(101), 8, seed=1) != batches(examples(101), 8, seed=2)


def test_a_batch_holds_examples_of_a_length() -> None:
    """Sorted within a block there is less padding than in the order as it came."""

    def filled(made: list[list[Example]]) -> int:
        return sum(len(batch) * max(e.length for e in batch) for batch in made)

    plain = examples(128)
    in_order = [plain[at : at + 8] for at in range(0, 128, 8)]
    assert filled(batches(plain, 8, seed=1)) < 0.8 * filled(in_order)
