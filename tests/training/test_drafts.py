"""Drafts by a larger model become pairs when they are fit to learn from, and only then."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.brief.compose import plan
from pipeline.brief.prompts import load_prompt
from pipeline.brief.verify import word_coverage
from pipeline.brief.write import Draft
from pipeline.errors import SourceError, UsageError
from pipeline.protocols import no_progress
from tests.brief.story import ARTICLES, DEAL, LEASE, ORIGINS, candidate_of, field_of
from tests.fakes import FakeEncoder, FakeGenerator, FakeReader
from tests.stages.world import SURFACE_ONLY
from training import drafts
from training.drafts import complete, drafts_of, kept, main, read_notes, read_stories
from training.pairs import flaws, load_pairs

STORY = field_of(ARTICLES, ORIGINS)
TRUE = "Corvane Labs will pay Brightmoor $40 million every month."
COPY = "Corvane Labs will pay Brightmoor $40 million a month for accelerators."


def draft(*texts: str, section: str = "what_changed") -> Draft:
    evidence = tuple(candidate_of(STORY, text) for text in texts)
    return Draft(section, evidence, 40, load_prompt(section))


def targets(*completions: str) -> list[str | None]:
    made = [draft(DEAL, LEASE)] * len(completions)
    return [pair.target for pair in kept(made, completions, word_coverage, no_progress)]


def test_a_true_draft_is_kept_as_a_pair_without_flaw() -> None:
    [pair] = kept([draft(DEAL)], [TRUE], word_coverage, no_progress)
    assert (pair.area, pair.section, pair.target) == ("drafted", "what_changed", TRUE)
    assert pair.texts == [DEAL]
    assert flaws(pair) == []


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "NONE",
        DEAL,
        COPY,
        TRUE.replace("40", "50"),
        TRUE.replace("pay", "sue"),
        TRUE.replace("Corvane", "Malmgard"),
    ],
)
def test_what_is_untrue_or_a_copy_is_not_kept(completion: str) -> None:
    assert targets(completion) == []


def test_equal_drafts_are_kept_once() -> None:
    assert targets(TRUE, TRUE) == [TRUE]


def test_what_a_brief_asks_for_is_drafted_and_a_hook_and_the_advice() -> None:
    asked = plan("s-1", STORY)
    made = drafts_of(asked)
    assert [each.facts for each in made[:-2]] == [each.facts for each in asked.prompted]
    assert [each.section for each in made[-2:]] == ["hook", "what_to_do_next"]
    assert all(each.prompt == load_prompt(each.section) for each in made)


# --- asking, and going on


def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    notes = tmp_path / "build" / "drafts.asked"
    first = FakeGenerator(str.upper)
    one, other = draft(DEAL), draft(LEASE)
    before = complete([one], first, notes, no_progress)
    second = FakeGenerator(str.upper)
    after = complete([other, one, other], second, notes, no_progress)
    assert second.prompts == [other.render()]
    assert after[1] == before[0]
    assert after[0] == after[2] != after[1]


def test_a_run_that_dies_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies_at_the_second(answer: str) -> Callable[[str], str]:
        asked: list[str] = []

        def reply(prompt: str) -> str:
            asked.append(prompt)
            if len(asked) > 1:
                raise KeyboardInterrupt
            return answer

        return reply

    monkeypatch.setattr(drafts, "BATCH", 1)
    notes = tmp_path / "asked"
    wanted = [draft(DEAL), draft(LEASE)]
    with pytest.raises(KeyboardInterrupt):
        complete(wanted, FakeGenerator(dies_at_the_second("early")), notes, no_progress)
    later = FakeGenerator(lambda _: "late")
    assert sorted(complete(wanted, later, notes, no_progress)) == ["early", "late"]
    assert len(later.prompts) == 1


def test_a_note_that_was_cut_short_is_cut_off(tmp_path: Path) -> None:
    notes = tmp_path / "asked"
    notes.write_text('["k","one"]\n["l","tw', encoding="utf-8")
    assert read_notes(notes) == {"k": "one"}
    assert notes.read_text(encoding="utf-8") == '["k","one"]\n'


def test_a_damaged_note_is_named(tmp_path: Path) -> None:
    notes = tmp_path / "asked"
    notes.write_text('["k","one"]\nrubbish\n["l","two"]\n', encoding="utf-8")
    with pytest.raises(SourceError, match="asked:2"):
        read_notes(notes)


# --- articles


def rows(path: Path, *articles: dict[str, object]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(article) + "\n" for article in articles)
    return path


def test_articles_of_every_set_are_read_and_joined_by_story(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "articles.jsonl.gz",
        {"id": "1", "cluster": "c", "source": "post", "title": "Lease", "text": DEAL,
         "date": "2026-11-12"},
        {"id": "2", "cluster": "c", "source": "wire", "title": "Hall", "text": LEASE},
        {"id": "3/A", "doc_id": "3", "source": "Rain fell."},
        {"id": "3/B", "doc_id": "3", "source": "Rain fell."},
        {"id": "4", "headline": "Snow", "text": "Snow fell."},
    )  # fmt: skip
    stories = read_stories([path])
    assert {key: len(texts) for key, texts in stories.items()} == {"c": 2, "3": 1, "4": 1}
    lease, _ = stories["c"]
    assert (lease.title, lease.text, lease.site_name) == ("Lease", DEAL, "post")
    assert lease.published is not None
    assert stories["3"][0].text == "Rain fell."
    assert stories["4"][0].title == "Snow"


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        read_stories([tmp_path / "none.jsonl.gz"])
    assert main([str(tmp_path / "none.jsonl.gz")]) == 2
    assert "none.jsonl.gz" in capsys.readouterr().err


def test_the_command_writes_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = rows(
        tmp_path / "a.jsonl.gz", {"id": "1", "title": "Corvane Labs", "text": f"{DEAL} {LEASE}"}
    )
    fakes = SimpleNamespace(
        encoder=FakeEncoder(SURFACE_ONLY),
        support=SimpleNamespace(score=word_coverage),
        reader=FakeReader(),
    )
    generator = FakeGenerator({DEAL: TRUE})
    monkeypatch.setattr("evals.plans.models", lambda: fakes)
    monkeypatch.setattr(drafts, "models", lambda: fakes)
    monkeypatch.setattr(drafts, "load_generator", lambda *_, **__: generator)
    out = tmp_path / "build" / "drafts.jsonl"
    assert main([str(articles), "--out", str(out)]) == 0
    found = [placed.pair for placed in load_pairs([out])]
    assert {pair.target for pair in found} == {TRUE}
    assert "drafts kept (" in capsys.readouterr().err
    asked = len(generator.prompts)
    content = out.read_bytes()
    assert main([str(articles), "--out", str(out)]) == 0
    assert len(generator.prompts) == asked
    assert out.read_bytes() == content
