from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.brief import FULL, Sides, Sizes, ladder, measure, spread
from bench.corpus import Corpus, Setup, file_stories, fill, prepare
from bench.figures import metrics
from bench.plain import SECTIONS, PlainModel
from bench.sides import (
    BriefSide,
    ForgetfulStore,
    PlainSide,
    Side,
    Timing,
    forget_memos,
    open_ours,
    open_plain,
    open_unbatched,
)
from pipeline.analysis.names import names_in
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.home import Home
from pipeline.local_models import load_generator
from pipeline.settings import IngestSettings, Settings, cache_home
from pipeline.text import words
from tests.bench.stories import LEASE, LEASE_STORY, RECALL, RECALL_STORY
from tests.fakes import FakeGenerator
from tests.stages.world import reading, writing

SMALL = Sizes(blocks=2, ours=4, unbatched=2, plain=1, ladders=((6, 12), (6,)), minutes=1)


def count(text: str) -> int:
    return len(words(text))


@pytest.fixture
def corpus(store: ForgetfulStore) -> Corpus:
    return fill(reading(store), [LEASE_STORY, RECALL_STORY], 12)


def brief_side(store: ForgetfulStore, generator: FakeGenerator, batch_size: int = 64) -> BriefSide:
    return BriefSide(writing(store, generator, batch_size=batch_size), store, count)


def plain_side(store: ForgetfulStore, generator: FakeGenerator) -> PlainSide:
    return PlainSide(generator, store, lambda article: article[:4000], count)


def test_a_whole_run_with_fakes_gives_every_figure(store: ForgetfulStore, corpus: Corpus) -> None:
    sides = Sides(
        ours=brief_side(store, FakeGenerator()),
        unbatched=brief_side(store, FakeGenerator(), batch_size=1),
        plain=plain_side(store, FakeGenerator(lambda _: "A sentence of the model.")),
    )
    found = metrics(measure(SMALL, corpus, sides, lambda: 60.0))
    assert found["ratio"] > 0
    assert found["growth_stories"] == [4, 4, 6, 12]
    assert isinstance(found["growth_exponent"], float)
    assert 0 <= found["written_or_condensed"] <= 1
    assert found["claims"] > 3
    assert found["calls_per_story_plain"] == len(SECTIONS)
    assert found["prompt_tokens_per_story_plain"] > found["prompt_tokens_per_story"] > 0
    assert found["peak_mb"] > 1
    assert found["prompts_repeated"] == 0


def test_no_draft_is_taken_from_an_earlier_run(store: ForgetfulStore, corpus: Corpus) -> None:
    generator = FakeGenerator()
    side = brief_side(store, generator)
    side(corpus.story_ids)
    asked = len(generator.prompts)
    again = side(corpus.story_ids)
    assert len(generator.prompts) == 2 * asked == 2 * again.calls > 0


def test_prompts_that_repeat_are_reported(store: ForgetfulStore) -> None:
    twin = LEASE_STORY[0].model_copy(update={"story_id": "s-twin", "article_ids": ("a-twin",)})
    article = LEASE_STORY[1][0].model_copy(
        update={
            "article": LEASE_STORY[1][0].article.model_copy(update={"article_id": "a-twin"}),
            "revision": LEASE_STORY[1][0].revision.model_copy(update={"article_id": "a-twin"}),
        }
    )
    alone = (LEASE_STORY[0].model_copy(update={"article_ids": ("a-lease",)}), LEASE_STORY[1][:1])
    side = brief_side(store, FakeGenerator())
    corpus = fill(reading(store), [alone, (twin, [article])], 2)
    timing = side(corpus.story_ids)
    assert timing.repeated == timing.calls > 0


def test_memos_of_sentences_are_emptied() -> None:
    names_in("Corvane Labs rents a hall.")
    forget_memos()
    assert names_in.cache_info().currsize == 0


def test_the_plain_way_puts_the_longest_article_into_every_prompt(
    store: ForgetfulStore, corpus: Corpus
) -> None:
    generator = FakeGenerator()
    timing = plain_side(store, generator)(corpus.story_ids[:1])
    assert timing.calls == len(generator.prompts) == len(SECTIONS)
    assert all(LEASE in prompt for prompt in generator.prompts)
    assert generator.calls == [1] * len(SECTIONS)
    assert not [p for p in generator.prompts if "has found a tenant" in p]


def test_no_side_writes_more_than_it_is_allowed(store: ForgetfulStore, corpus: Corpus) -> None:
    rambling = FakeGenerator(lambda _: "word " * 500)
    ids = corpus.story_ids[:2]
    for side, longest in (
        (plain_side(store, rambling), MAX_NEW_TOKENS),
        (replace(plain_side(store, rambling), max_new_tokens=8), 8),
        (brief_side(store, rambling), MAX_NEW_TOKENS),
        (replace(brief_side(store, rambling), max_new_tokens=8), 8),
    ):
        timing = side(ids)
        assert timing.new_tokens == longest * timing.calls


def paced(seconds_a_story: float, log: list[str], name: str) -> Side:
    def side(story_ids: Sequence[str]) -> Timing:
        log.append(f"{name} {len(story_ids)}")
        return Timing(len(story_ids), seconds_a_story * len(story_ids))

    return side


def clock(seconds: Iterable[float]) -> Callable[[], float]:
    """Return what gives one after the other of `seconds`, then the last for ever."""
    remaining = list(seconds)
    return lambda: remaining.pop(0) if len(remaining) > 1 else remaining[0]


def test_blocks_go_round_the_sides(corpus: Corpus) -> None:
    log: list[str] = []
    sides = Sides(paced(2, log, "ours"), paced(5, log, "unbatched"), paced(30, log, "plain"))
    measure(SMALL, corpus, sides, lambda: 600)
    assert log == [*["ours 4", "unbatched 2", "plain 1"] * 2, "ours 6", "ours 12"]


def test_when_half_of_the_time_is_gone_no_block_is_begun(corpus: Corpus) -> None:
    log: list[str] = []
    sides = Sides(paced(2, log, "ours"), paced(5, log, "unbatched"), paced(30, log, "plain"))
    measured = measure(SMALL, corpus, sides, clock([100, 49, 20]))
    assert len(measured.blocks) == 1
    assert log[-1] == "ours 6"  # 12 more would take 24 s


@pytest.mark.parametrize(
    ("seconds", "chosen"), [(38, (6, 12)), (35, (6,)), (12, (6,)), (0, (6,)), (-5, (6,))]
)
def test_the_longest_ladder_that_fits_is_climbed(seconds: float, chosen: tuple[int, ...]) -> None:
    assert ladder(((6, 12), (6,)), 2.0, seconds) == chosen


def test_the_full_measurement_grows_from_25_to_400() -> None:
    assert FULL.ours == 25
    assert FULL.ladders[0] == (50, 100, 200, 400)
    assert FULL.stories == 400
    assert FULL.minutes < 35


def test_the_part_of_a_block_is_spread_over_it() -> None:
    assert list(spread("abcdefghij", 3)) == ["a", "d", "g"]
    assert list(spread("abc", 3)) == ["a", "b", "c"]


def test_a_file_that_is_not_there_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["brief", "--articles", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["brief", "--help"]])
def test_help_shows_examples(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0
    assert "python -m bench brief --quick" in capsys.readouterr().out


@pytest.mark.model
def test_the_real_sides_do_the_same_stories(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in (LEASE, RECALL)))
    setup = Setup(
        home=Home(tmp_path),
        cache=cache_home(dict(os.environ)),
        settings=Settings(),
        max_new_tokens=3,
    )
    corpus = prepare(setup, file_stories(path, IngestSettings(min_words=20)), 2)
    with open_ours(setup) as ours, open_unbatched(setup) as unbatched, open_plain(setup) as plain:
        batched, single = ours(corpus.story_ids), unbatched(corpus.story_ids)
        whole = plain(corpus.story_ids[:1])
    assert batched.calls == single.calls > 0
    assert batched.prompt_tokens == single.prompt_tokens
    assert batched.new_tokens == single.new_tokens > 0
    assert set(batched.claims) == set(corpus.story_ids)
    assert whole.calls == len(SECTIONS)
    assert whole.prompt_tokens > len(SECTIONS) * len(words(LEASE))
    assert whole.peak_mb > 300


@pytest.mark.model
def test_the_plain_model_reads_as_ours_does() -> None:
    models, cache = Settings().models, cache_home(dict(os.environ))
    ours, plain = load_generator(models.generator, cache), PlainModel(models, cache)
    pairs = [(LEASE, "Corvane Labs rents a hall."), (RECALL, "Chargers are recalled.")]
    assert plain.log_likelihood(pairs) == pytest.approx(ours.log_likelihood(pairs), abs=1e-4)
    assert plain.identity == ours.identity
    prompts = [f"Rewrite this as one sentence.\n\n{text}" for text in (LEASE, RECALL)]
    assert plain.generate(prompts, max_new_tokens=6) == ours.generate(prompts, max_new_tokens=6)
