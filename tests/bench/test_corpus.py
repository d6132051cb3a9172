from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bench.corpus import file_stories, fill, sample_stories
from bench.sides import ForgetfulStore
from pipeline.analysis.analyse import sentence_key
from pipeline.errors import SourceError
from pipeline.settings import IngestSettings, Settings
from tests.bench.stories import HALL, LEASE, LEASE_STORY, RECALL, RECALL_STORY
from tests.fakes import FakeEncoder
from tests.stages.world import reading

SHORT = IngestSettings(min_words=20)


def write_rows(path: Path, *rows: dict[str, Any]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


@pytest.mark.parametrize("name", ["news.jsonl", "news.jsonl.gz"])
def test_a_file_tells_one_story_a_row(tmp_path: Path, name: str) -> None:
    path = write_rows(
        tmp_path / name,
        {"title": "A lease", "text": LEASE, "cluster": 4},
        {"source": RECALL, "summary": "ignored"},
        {"text": LEASE, "title": "A lease"},  # the same again
    )
    first, second = file_stories(path, SHORT)
    assert first[1][0].revision.title == "A lease"
    assert "18,000 accelerators" in first[1][0].revision.text
    assert "wall chargers" in second[1][0].revision.text
    for story, articles in (first, second):
        assert story.article_ids == tuple(each.article.article_id for each in articles)


def test_rows_that_would_not_be_summarised_are_passed_over(tmp_path: Path) -> None:
    german = "Brightmoor vermietet seine Halle in Lindhaven bis zum Jahr 2029 an die Firma Corvane."
    path = write_rows(
        tmp_path / "news.jsonl",
        {"text": "Too short."},
        {"text": " "},
        {"text": f"{german} {german} {german}"},
        {"text": HALL},
    )
    ((_, (article,)),) = file_stories(path, SHORT)
    assert "found a tenant" in article.revision.text


def test_a_file_without_articles_is_an_error(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "news.jsonl", {"text": "Too short."})
    with pytest.raises(SourceError, match="no article to summarise"):
        file_stories(path, SHORT)


def test_the_store_is_filled_with_the_stories_then_their_variations(store: ForgetfulStore) -> None:
    corpus = fill(reading(store), [LEASE_STORY, RECALL_STORY], 5)
    assert corpus.story_ids[:2] == (LEASE_STORY[0].story_id, RECALL_STORY[0].story_id)
    assert len(set(corpus.story_ids)) == 5
    assert (corpus.told, corpus.articles) == (2, 8)
    stories = store.stories(corpus.story_ids)
    articles = store.articles([a for story in stories for a in story.article_ids]).values()
    assert len({each.revision.text for each in articles}) == 8
    assert corpus.words > 8 * 40


def test_the_vectors_of_all_sentences_are_kept(store: ForgetfulStore) -> None:
    encoder = FakeEncoder(256)
    means = reading(store, encoder)
    corpus = fill(means, [RECALL_STORY], 3)
    stories = store.stories(corpus.story_ids)
    articles = store.articles([a for story in stories for a in story.article_ids]).values()
    keys = [sentence_key(each.revision.text_sha256) for each in articles]
    assert set(store.vectors("sentences", means.model_key, keys)) == set(keys)


def test_fewer_stories_than_are_told_can_be_asked_for(store: ForgetfulStore) -> None:
    corpus = fill(reading(store), [LEASE_STORY, RECALL_STORY], 1)
    assert (corpus.story_ids, corpus.told) == ((LEASE_STORY[0].story_id,), 1)


def test_the_shipped_sample_tells_stories(tmp_path: Path) -> None:
    told = sample_stories(Settings(), tmp_path, FakeEncoder(256))
    assert len(told) > 10
    assert sum(len(articles) for _, articles in told) > 15
    assert max(len(articles) for _, articles in told) > 1
