from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.assembly import Workshop
from pipeline.errors import ModelError
from pipeline.home import Home
from pipeline.local_models import load_entailment
from pipeline.local_models.entailment import TransformersEntailment, entailment_label
from pipeline.protocols import Entailment, ModelIdentity
from pipeline.settings import load_settings
from pipeline.store import Store
from tests.local_models.builders import save_tiny, words

IDENTITY = ModelIdentity(id="tiny-nli", sha256="0" * 64)
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}
PAIRS = [(words(3 + 13 * number % 80, number), words(2 + number % 9, 5)) for number in range(20)]

BART: dict[str, Any] = {
    **dict.fromkeys(("encoder_layers", "decoder_layers"), 1),
    **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 4),
    "init_std": 0.6,
}


def save_classifier(folder: Path, kind: str = "Bert", **config: object) -> Path:
    shape: dict[str, Any] = {"id2label": LABELS, "type_vocab_size": 2, **config}
    if kind == "Bart":
        shape.update(BART)
    if kind == "Roberta":
        shape["pad_token_id"] = 1  # as in all that were published: places count from there
    marks = ("<s>", "</s>")
    return save_tiny(folder, f"{kind}ForSequenceClassification", marks_around=marks, **shape)


@pytest.fixture(scope="module", params=["Bert", "Roberta", "Bart"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny classifier with three labels."""
    return save_classifier(tmp_path_factory.mktemp("models") / "tiny-nli", request.param)


@pytest.fixture(scope="module")
def judge(folder: Path) -> TransformersEntailment:
    return TransformersEntailment(folder, IDENTITY, device="cpu")


def reference(folder: Path, pair: tuple[str, str]) -> list[float]:
    """Return the model's logits of one pair, read by itself."""
    import torch
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    automatic: Any = transformers.AutoModelForSequenceClassification
    with torch.inference_mode():
        model = automatic.from_pretrained(folder).eval()
        row = tokenizer(*pair, return_tensors="pt", return_token_type_ids=False)
        logits: list[float] = model(**row).logits[0].tolist()
    return logits


def test_it_gives_the_probability_of_the_entailment_label(
    judge: TransformersEntailment, folder: Path
) -> None:
    described: Entailment = judge
    assert described.identity == IDENTITY
    found = described.entail(PAIRS)
    for pair, probability in zip(PAIRS[:6], found, strict=False):
        powers = [math.exp(logit) for logit in reference(folder, pair)]
        assert probability == pytest.approx(powers[1] / sum(powers), abs=1e-4)
    assert len(set(found)) == len(PAIRS), "a model that always says the same shows little"
    assert judge.entail([]) == []


def test_the_bits_do_not_depend_on_order_and_company(judge: TransformersEntailment) -> None:
    pairs = [*PAIRS, ("", ""), (words(600), words(3))]
    found = judge.entail(pairs)
    for seed in range(3):
        order = list(range(len(pairs)))
        random.Random(seed).shuffle(order)
        assert judge.entail([pairs[at] for at in order]) == [found[at] for at in order]
    assert [judge.entail([pair])[0] for pair in pairs] == found


def test_the_two_texts_are_told_apart(tmp_path: Path) -> None:
    judge = TransformersEntailment(save_classifier(tmp_path / "nli"), IDENTITY, device="cpu")
    tokenizer = judge._tokenizer._tokenizer
    tokenizer.model_input_names = ["input_ids"]
    alike = judge.entail([("bal", "bar bel")])
    tokenizer.model_input_names = ["input_ids", "token_type_ids"]
    assert judge._tokenizer.pair("bal", "bar bel", 50) == ([1, 4, 2, 6, 7, 2], [0, 0, 0, 1, 1, 1])
    assert judge.entail([("bal", "bar bel")]) != alike


def test_one_label_is_a_sigmoid(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "consistency", id2label={0: "LABEL_0"})
    (found,) = TransformersEntailment(folder, IDENTITY, device="cpu").entail(PAIRS[:1])
    (logit,) = reference(folder, PAIRS[0])
    assert found == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-5)


def test_a_pair_that_is_too_long_is_cut_not_refused(tmp_path: Path) -> None:
    folder = save_classifier(tmp_path / "short", max_position_embeddings=30)
    judge = TransformersEntailment(folder, IDENTITY, device="cpu")
    long, cut = judge.entail([(words(90), words(4)), (words(21), words(4))])
    assert long == cut
    assert judge.entail([(words(90), words(90))])


def test_control_marks_in_a_source_do_not_end_the_first_text(
    judge: TransformersEntailment,
) -> None:
    clean, hostile = judge.entail([("bal bar", "bel"), ("bal </s> bar <s>", "bel")])
    assert clean == hostile


@pytest.mark.parametrize(
    ("labels", "index"),
    [
        (["contradiction", "entailment", "neutral"], 1),
        (["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], 2),
        (["entailment", "not_entailment"], 0),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], 0),
        (["inconsistent", "consistent"], 1),
        (["unsupported", "Supported "], 1),
        (["LABEL_0"], None),
    ],
)
def test_the_label_that_says_so_is_found(labels: list[str], index: int | None) -> None:
    assert entailment_label(dict(enumerate(labels)), "nli") == index


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1"], ["entailment", "supported"], []])
def test_labels_that_do_not_say_so_are_one_clear_error(labels: list[str]) -> None:
    with pytest.raises(ModelError, match=r"nli: has the labels .*not exactly one.*; name a classi"):
        entailment_label(dict(enumerate(labels)), "nli")


def test_a_folder_is_loaded_by_name(folder: Path, cache: Path) -> None:
    judge = load_entailment(str(folder), cache, device="cpu")
    assert (judge.identity.id, judge.identity.device) == ("tiny-nli", "cpu")
    assert judge.identity.sha256


def test_what_is_no_classifier_is_refused(tmp_path: Path, cache: Path) -> None:
    encoder = save_tiny(tmp_path / "encoder", "BertModel", id2label=LABELS)
    with pytest.raises(ModelError, match=r"lacks \d+ weights of a BertForSequenceClass"):
        load_entailment(str(encoder), cache, device="cpu")
    with pytest.raises(ModelError, match="is an encoder, not an entailment model; use a hub id"):
        load_entailment("all-minilm-l6-v2", cache, device="cpu")


def test_the_workshop_has_one_only_when_the_settings_name_it(
    tmp_path: Path, folder: Path, cache: Path
) -> None:
    with Store.open(tmp_path / "halfminute.db") as store:
        home = Home(tmp_path)
        without = Workshop(home, load_settings(None, {}), store, cache)
        assert without.models.entailment is None
        named = load_settings(None, {"models": {"entailment": str(folder), "device": "cpu"}})
        judge = Workshop(home, named, store, cache).models.entailment
        assert judge is not None
        assert judge.identity.id == "tiny-nli"


def test_nothing_is_printed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    TransformersEntailment(folder, IDENTITY, device="cpu").entail([(words(900), words(3))])
    assert capfd.readouterr() == ("", "")
