"""First drafts of several models: what is counted, and the command from files to figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from evals import writer
from evals.__main__ import main
from evals.drafts import EvidenceSet, figures_of, longest_run, sets_of_pairs
from evals.writer import Measured, Telling, complete, metrics, suffix_of, tables, write_report
from pipeline.brief.verify import word_coverage
from pipeline.errors import UsageError
from tests.fakes import FakeEncoder, FakeGenerator
from tests.stages.world import SURFACE_ONLY
from training.pairs import UNSEEN, Pair, load_pairs, pair_files

DEAL = "Corvane Labs will pay Brightmoor $40 million a month for 18,000 accelerators in Skarvik."
TERM = "The lease of the hall in Skarvik runs until the end of 2029, Brightmoor said."
TARGET = "Brightmoor gets $40 million a month from Corvane Labs for 18,000 accelerators."
PASSES = "Corvane Labs will pay Brightmoor $40 million every month."
INVENTS = "Corvane Labs will pay Vantry $40 million a month for 18,000 accelerators in Skarvik."
COPIES = "Corvane Labs will pay Brightmoor $40 million a month."


def pair(number: int, target: str | None = TARGET, *texts: str) -> Pair:
    return Pair.model_validate(
        {
            "id": f"chips-{number:04d}",
            "area": "chips",
            "section": "what_changed",
            "evidence": [{"source": "wire", "text": text} for text in texts or (DEAL, TERM)],
            "target": target,
        }
    )


def said(*completions: str, targets: Sequence[str | None] = ()) -> list[tuple[EvidenceSet, str]]:
    wanted = targets or [TARGET] * len(completions)
    sets = sets_of_pairs([pair(n, target) for n, target in enumerate(wanted)])
    return list(zip(sets, completions, strict=True))


def test_what_a_brief_would_publish_passes() -> None:
    figures = figures_of(said(PASSES, INVENTS, PASSES, ""), word_coverage)
    assert figures["first_draft_pass"] == 0.5
    assert figures["published"] == 0.5
    assert figures["unborne"] == 0.25


def test_a_copy_has_only_words_left_out() -> None:
    assert figures_of(said(PASSES, COPIES, "", INVENTS), word_coverage)["copied"] == 0.25


def test_an_abstention_is_no_draft() -> None:
    figures = figures_of(said(PASSES, "NONE", "None of it.", "NONE."), word_coverage)
    assert figures["first_draft_pass"] == 0.5
    assert figures["published"] == 0.25
    assert figures["abstention_precision"] == 0.0
    assert figures["abstention_recall"] is None


def test_an_abstention_is_right_where_nothing_can_be_said() -> None:
    made = said("NONE", "NONE", PASSES, PASSES, targets=[None, TARGET, None, TARGET])
    figures = figures_of(made, word_coverage)
    assert figures["abstention_precision"] == 0.5
    assert figures["abstention_recall"] == 0.5
    assert figures["published"] == 0.5
    assert figures["first_draft_pass"] == 1.0


def test_rouge_is_against_the_targets_and_an_abstention_says_nothing() -> None:
    assert figures_of(said(TARGET), word_coverage)["rouge2"] == 1.0
    assert figures_of(said(TARGET, "NONE"), word_coverage)["rouge2"] == 0.5
    assert figures_of(said(TARGET, targets=[None]), word_coverage)["rouge2"] is None


def test_articles_are_compared_whole_with_their_summaries() -> None:
    sets = [EvidenceSet("d", each.draft) for each, _ in said("", "")]
    made = list(zip(sets, [COPIES, "NONE"], strict=True))
    figures = figures_of(made, word_coverage, {"d": [COPIES, "Rain fell."]})
    assert figures["rouge1"] == 0.5
    assert figures["abstained"] == 0.5
    assert "abstention_recall" not in figures


def test_figures_of_nothing_are_undefined() -> None:
    assert set(figures_of([], word_coverage).values()) == {None}


def test_the_longest_run_is_of_one_sentence() -> None:
    assert longest_run("Corvane Labs will pay Vantry", [TERM, DEAL]) == 0.8
    assert longest_run("Nothing alike", [TERM, DEAL]) == 0.0
    assert longest_run("", [DEAL]) == 0.0


def test_words_a_sentence() -> None:
    figures = figures_of(said("Rain fell all day. It was wet."), word_coverage)
    assert figures["words_a_sentence"] == 3.5


# --- asking the models


def test_prompts_are_batched_by_length_and_held_to_their_evidence() -> None:
    long, short = sets_of_pairs([pair(1), pair(2, TARGET, TERM)])
    asked: list[Sequence[str]] = []

    class Holding(FakeGenerator):
        def generate(
            self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
        ) -> list[str]:
            asked.append(held)
            return super().generate(prompts, max_new_tokens=max_new_tokens)

    generator = Holding(lambda prompt: prompt[-5:])
    assert complete(generator, [long, short], held=True, batch=1) == [TERM[-5:], TERM[-5:]]
    assert generator.prompts == [short.draft.render(), long.draft.render()]
    assert asked == [[short.draft.held], [long.draft.held]]
    assert short.draft.held.startswith(TERM)
    complete(generator, [long, short], held=False, batch=8)
    assert asked[2] == ()


# --- the page


def measured(model: str, *, held: bool, ours: str = "ours-1") -> Measured:
    telling = Telling(model, held, (PASSES,), tokens=30, seconds=2.0)
    figures = figures_of(said(PASSES), word_coverage)
    articles = figures_of([], word_coverage, {})
    return Measured(suffix_of(telling, ours=ours), telling, figures, articles)


ROWS = [
    measured("ours-1", held=True),
    measured("ours-1", held=False),
    measured("smollm2-135m-instruct", held=False),
    measured("org/large", held=False),
]


def test_figures_of_ours_have_plain_names_and_the_others_a_suffix() -> None:
    found = metrics(ROWS)
    assert [row.suffix for row in ROWS] == ["", "_free", "_base", "_large"]
    assert found["first_draft_pass"] == found["first_draft_pass_base"] == 1.0
    assert found["unborne"] == found["unborne_free"] == 0.0
    assert found["tokens_a_second_large"] == 15.0
    assert found["articles_first_draft_pass"] is None


def test_the_tables_have_a_row_a_way_of_writing() -> None:
    page = tables(ROWS)
    assert page.count("\n| ours-1, held | 1.000 | 1.000 | 0.000 |") == 1
    assert page.count("\n| ours-1 | ") == 2
    assert page.count("| – |") > 4
    lines = [line for line in page.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines[:6]}) == 1


def test_a_report_keeps_what_stands_around_its_figures(tmp_path: Path) -> None:
    path = tmp_path / "writer.md"
    write_report(path, "old")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# The writer", "# Ours") + "\nAfter.\n", encoding="utf-8")
    write_report(path, "new")
    told = path.read_text(encoding="utf-8")
    assert told.startswith("# Ours\n")
    assert told.endswith("\nAfter.\n")
    assert ("new" in told, "old" in told) == (True, False)


def test_a_report_without_a_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "writer.md"
    path.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no place"):
        write_report(path, "new")
    assert path.read_text(encoding="utf-8") == "# Mine\n"


# --- the command


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeGenerator]:
    """Generators by name, and everything else that the command would load."""
    generators = {"ours": FakeGenerator({DEAL: PASSES}), "other": FakeGenerator({DEAL: INVENTS})}
    held = SimpleNamespace(
        encoder=FakeEncoder(SURFACE_ONLY), support=SimpleNamespace(score=word_coverage)
    )
    counting = SimpleNamespace(ids=lambda text, **_: text.split())
    monkeypatch.setattr(writer, "models", lambda: held)
    monkeypatch.setattr("evals.plans.models", lambda: held)
    monkeypatch.setattr(writer, "load_generator", lambda name, *_, **__: generators[name])
    monkeypatch.setattr(writer, "locate", lambda *_: SimpleNamespace(folder=Path()))
    monkeypatch.setattr(writer, "TextTokenizer", lambda *_: counting)
    return generators


@pytest.mark.usefixtures("fakes")
def test_pairs_and_articles_are_told_apart_and_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs, articles = tmp_path / "pairs.jsonl", tmp_path / "articles.jsonl"
    pairs.write_text(pair(1).model_dump_json() + "\n", encoding="utf-8")
    row = {"doc_id": "d", "source": f"{DEAL} {TERM}", "summary": COPIES}
    articles.write_text(json.dumps(row) + "\n", encoding="utf-8")
    report = tmp_path / "report.md"
    arguments = ["writer", str(pairs), str(articles), "--models", "ours,other"]
    assert main([*arguments, "--report", str(report)]) == 0
    out = capsys.readouterr().out
    figures = json.loads(out.splitlines()[-1])
    assert (figures["task"], figures["pairs"]) == ("writer", 1)
    assert figures["articles_sets"] >= 1
    assert (figures["first_draft_pass"], figures["unborne"]) == (1.0, 0.0)
    assert (figures["first_draft_pass_other"], figures["unborne_other"]) == (0.0, 1.0)
    assert figures["articles_rouge1"] is not None
    assert "| ours, held | 1.000 |" in report.read_text(encoding="utf-8")


def test_without_files_the_unseen_areas_are_measured(
    fakes: dict[str, FakeGenerator],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(writer, "ARTICLES", Path("nowhere.jsonl.gz"))
    assert main(["writer", "--models", "ours"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    unseen = [p.pair for p in load_pairs(pair_files()) if p.pair.area in UNSEEN]
    assert figures["pairs"] == len(unseen) > 100
    assert figures["articles_sets"] == 0
    assert len(fakes["ours"].prompts) == 2 * len(unseen)


@pytest.mark.usefixtures("fakes")
def test_a_file_of_another_kind_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Rain fell.\n", encoding="utf-8")
    assert main(["writer", str(path)]) == 2
    assert "notes.txt" in capsys.readouterr().err
