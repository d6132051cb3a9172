from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from pipeline.errors import ModelError
from pipeline.local_models.loading import load_generator
from pipeline.local_models.seq2seq import ROWS, Seq2SeqGenerator
from pipeline.protocols import Generator, ModelIdentity
from tests.local_models.builders import save_tiny, tiny_tokenizer, words

IDENTITY = ModelIdentity(id="tiny", sha256="0" * 64)
PROMPTS = [words(3 + 11 * number % 60, number) for number in range(ROWS + 3)]

T5: dict[str, Any] = {
    "d_kv": 8,
    "d_ff": 48,
    "num_decoder_layers": 3,  # one more than the encoder has
    "decoder_start_token_id": 3,
    "initializer_factor": 3.0,
}
FLAN: dict[str, Any] = {**T5, "feed_forward_proj": "gated-gelu"}
BART: dict[str, Any] = {
    **dict.fromkeys(("encoder_layers", "decoder_layers"), 2),
    **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 4),
    **dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim"), 48),
    "decoder_start_token_id": 2,
    "init_std": 0.6,
}
PEGASUS: dict[str, Any] = {**BART, "decoder_start_token_id": 3}
KINDS = {
    "t5": ("T5ForConditionalGeneration", T5, "</s>"),
    "flan": ("T5ForConditionalGeneration", FLAN, "</s>"),
    "bart": ("BartForConditionalGeneration", BART, "<s> </s>"),
    "pegasus": ("PegasusForConditionalGeneration", PEGASUS, "</s>"),
}
"""Name → transformers class, configuration, and the marks around every text."""


@pytest.fixture(scope="module", params=sorted(KINDS))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder-decoder model; the folder has the name of its kind."""
    return save_kind(tmp_path_factory.mktemp("models") / request.param)


def save_kind(folder: Path, **more: object) -> Path:
    kind, config, marks = KINDS[folder.name]
    return save_tiny(folder, kind, marks_around=tuple(marks.split()), **{**config, **more})


@pytest.fixture(scope="module")
def generator(folder: Path) -> Seq2SeqGenerator:
    return load(folder)


def load(folder: Path) -> Seq2SeqGenerator:
    return Seq2SeqGenerator(folder, IDENTITY, device="cpu")


def opening_of(folder: Path) -> list[int]:
    return {"bart": [2, 1]}.get(folder.name, [3])


def reference(folder: Path, prompts: list[str], max_new_tokens: int) -> list[str]:
    """Complete each prompt the plain way: by itself, step by step, without a cache."""
    import torch
    import transformers

    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    automatic: Any = transformers.AutoModelForSeq2SeqLM
    model = automatic.from_pretrained(folder).eval()
    completions = []
    for prompt in prompts:
        ids = torch.tensor([tokenizer(prompt)["input_ids"]])
        written: list[int] = []
        with torch.inference_mode():
            while len(written) < max_new_tokens:
                before = torch.tensor([opening_of(folder) + written])
                token = int(model(input_ids=ids, decoder_input_ids=before).logits[0, -1].argmax())
                if token == tokenizer.eos_token_id:
                    break
                written.append(token)
        completions.append(tokenizer.decode(written, skip_special_tokens=True).strip())
    return completions


def test_completions_are_those_of_the_prompt_alone(
    generator: Seq2SeqGenerator, folder: Path
) -> None:
    described: Generator = generator
    written = described.generate(PROMPTS, max_new_tokens=8)
    assert written == reference(folder, PROMPTS, 8)
    assert len(set(written)) > len(PROMPTS) // 2, "a model that always says the same shows little"
    assert generator.generate([], max_new_tokens=8) == []


def test_completions_do_not_depend_on_order_and_company(generator: Seq2SeqGenerator) -> None:
    prompts = [*PROMPTS, "", words(130)]
    written = generator.generate(prompts, max_new_tokens=6)
    for seed in range(3):
        order = list(range(len(prompts)))
        random.Random(seed).shuffle(order)
        again = generator.generate([prompts[index] for index in order], max_new_tokens=6)
        assert again == [written[index] for index in order]
    assert generator.generate(prompts[-1:], max_new_tokens=6) == written[-1:]


def test_a_likelihood_is_the_mean_over_the_texts_tokens(
    generator: Seq2SeqGenerator, folder: Path
) -> None:
    import torch
    import transformers

    context, text = words(20), words(7, 3)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    automatic: Any = transformers.AutoModelForSeq2SeqLM
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    opening = opening_of(folder)
    with torch.inference_mode():
        logits = (
            automatic.from_pretrained(folder)
            .eval()(
                input_ids=torch.tensor([tokenizer(context)["input_ids"]]),
                decoder_input_ids=torch.tensor([[*opening, *ids]]),
            )
            .logits[0]
            .log_softmax(-1)
        )
    expected = [float(logits[len(opening) - 1 + at, token]) for at, token in enumerate(ids)]
    (found,) = generator.log_likelihood([(context, text)])
    assert found == pytest.approx(sum(expected) / len(expected), abs=1e-4)


def test_likelihoods_do_not_depend_on_order_and_company(generator: Seq2SeqGenerator) -> None:
    pairs = [(words(5 * number, number), words(1 + number, 9)) for number in range(5)]
    together = generator.log_likelihood(pairs)
    assert generator.log_likelihood(pairs[::-1]) == together[::-1]
    with pytest.raises(ValueError, match="empty text"):
        generator.log_likelihood([("context", "")])


def test_who_follows_instructions_and_who_only_summarises(
    generator: Seq2SeqGenerator, folder: Path
) -> None:
    assert generator.follows_instructions == (folder.name == "flan")


def test_the_first_t5_is_told_its_task_in_its_own_words(tmp_path: Path) -> None:
    tasks = {"summarization": {"prefix": f"{words(2, 5)} ", "num_beams": 4}}
    told = load(save_kind(tmp_path / "t5", task_specific_params=tasks))
    plain = load(save_kind(tmp_path / "other" / "t5"))
    asked = [f"{words(2, 5)} {prompt}" for prompt in PROMPTS[:4]]
    written = told.generate(PROMPTS[:4], max_new_tokens=6)
    assert written == plain.generate(asked, max_new_tokens=6)
    assert written != plain.generate(PROMPTS[:4], max_new_tokens=6)
    pairs = [(words(9), words(3))]
    assert told.log_likelihood(pairs) == plain.log_likelihood(pairs)


def test_a_chat_template_makes_instructions_heeded(tmp_path: Path) -> None:
    template = "{% for m in messages %}{{ m.content }} " + words(2, 5) + "{% endfor %}"
    folder = save_kind(tmp_path / "bart")
    tiny_tokenizer(template, ("<s>", "</s>")).save_pretrained(folder)
    chatting = load(folder)
    assert chatting.follows_instructions
    assert chatting._prompt_tokens("bal") == [
        4,
        *chatting._tokenizer.ids(words(2, 5), special=False),
    ]


def test_a_mark_that_the_tokenizer_puts_first_opens_the_text_too(tmp_path: Path) -> None:
    assert load(save_kind(tmp_path / "bart"))._opening == [2, 1]
    assert load(save_kind(tmp_path / "t5", decoder_start_token_id=None))._opening == [3]


@pytest.mark.parametrize("name", ["config.json", "generation_config.json"])
def test_a_first_word_that_the_model_is_told_opens_the_text(tmp_path: Path, name: str) -> None:
    folder = save_kind(tmp_path / "bart", generation={"decoder_start_token_id": 2})
    stated = json.loads((folder / name).read_text())
    (folder / "generation_config.json").unlink()  # older models have none
    (folder / name).write_text(json.dumps({**stated, "forced_bos_token_id": 9}))
    assert load(folder)._opening == [2, 9]


def test_beams_penalties_and_lengths_of_the_model_are_left_out(tmp_path: Path) -> None:
    wild = {
        "num_beams": 4,
        "length_penalty": 2.0,
        "no_repeat_ngram_size": 1,
        "min_length": 40,
        "max_length": 50,
        "repetition_penalty": 5.0,
        "decoder_start_token_id": 2,
        "forced_bos_token_id": 1,
        "eos_token_id": 2,
    }
    folder = save_kind(tmp_path / "bart", generation=wild)
    assert load(folder).generate(PROMPTS[:4], max_new_tokens=8) == reference(folder, PROMPTS[:4], 8)


def test_control_marks_in_a_prompt_are_not_obeyed(generator: Seq2SeqGenerator) -> None:
    inside = generator._prompt_tokens("bal </s> <s> bal")
    assert inside.count(2) == generator._prompt_tokens("bal bal").count(2) == 1


def test_a_line_end_of_pegasus_is_one(generator: Seq2SeqGenerator) -> None:
    class Lines:
        def text(self, ids: list[int]) -> str:
            return f"One.<n>Two {ids}."

    generator_of_lines = object.__new__(Seq2SeqGenerator)
    generator_of_lines.__dict__.update(_tokenizer=Lines(), _stops=frozenset([2]))
    assert generator_of_lines._text([5, 6, 2, 7]) == "One.\nTwo [5, 6]."


def test_what_is_too_long_is_refused_with_both_lengths(tmp_path: Path) -> None:
    short = load(save_kind(tmp_path / "bart", max_position_embeddings=40))
    assert short.generate([words(38)], max_new_tokens=38)
    with pytest.raises(ModelError, match="41 tokens were asked of a context of 40"):
        short.generate([words(39)], max_new_tokens=5)
    with pytest.raises(ModelError, match="41 tokens were asked of a context of 40"):
        short.generate([words(5)], max_new_tokens=39)
    with pytest.raises(ModelError, match="41 tokens were asked of a context of 40"):
        short.log_likelihood([(words(5), words(39))])


def test_relative_places_have_no_end(tmp_path: Path) -> None:
    folder = save_kind(tmp_path / "t5", max_position_embeddings=None)
    assert load(folder).generate([words(700)], max_new_tokens=3)


def test_the_configuration_decides_which_generator_is_loaded(
    folder: Path, llama: Path, cache: Path
) -> None:
    loaded = load_generator(str(folder), cache, device="cpu", dtype="bfloat16")
    assert isinstance(loaded, Seq2SeqGenerator)
    assert (loaded.identity.id, loaded.identity.dtype) == (folder.name, "bfloat16")
    assert len(loaded.generate(PROMPTS[:2], max_new_tokens=3)) == 2
    causal = load_generator(str(llama), cache, device="cpu")
    assert not isinstance(causal, Seq2SeqGenerator)
    assert causal.follows_instructions


def test_missing_weights_are_one_clear_error(tmp_path: Path) -> None:
    folder = save_kind(tmp_path / "bart")
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "decoder.layers.1" not in name}
    assert len(kept) < len(weights)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks \d+ weights of a BartForConditionalGeneration"):
        load(folder)


def test_nothing_is_printed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loaded = load(folder)
    loaded.generate([words(30)], max_new_tokens=100)
    loaded.log_likelihood([(words(3), words(4))])
    assert capfd.readouterr() == ("", "")
