from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from pydantic import AliasChoices, Field

from evals.rows import Row, argument_parser, read_corpus
from pipeline.canonical import sha256_bytes
from pipeline.errors import SourceError, UsageError


class Note(Row):
    id: str
    text: str = Field(validation_alias=AliasChoices("text", "body"))
    label: int | None = None


LINES = [{"id": "n-1", "text": "Brightmoor opens.\u2028It is wide."}, {"id": "n-2", "body": "No."}]


def write(path: Path, *lines: object) -> bytes:
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode() + b"\n\n"
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return content


@pytest.mark.parametrize("name", ["notes.jsonl", "notes.jsonl.gz"])
def test_rows_are_read_and_the_hash_is_of_the_decompressed_content(
    tmp_path: Path, name: str
) -> None:
    content = write(tmp_path / name, *LINES)
    corpus = read_corpus(tmp_path / name, Note)
    assert [row.id for row in corpus.rows] == ["n-1", "n-2"]
    assert corpus.rows[0].text == LINES[0]["text"]
    assert corpus.rows[1].text == "No."
    assert corpus.sha256 == sha256_bytes(content)


def test_a_limit_reads_the_first_rows_only_and_is_in_the_stamp(tmp_path: Path) -> None:
    content = write(tmp_path / "notes.jsonl", LINES[0], {"id": "lacks its text"})
    corpus = read_corpus(tmp_path / "notes.jsonl", Note, limit=1)
    assert corpus.stamp("notes") == {
        "task": "notes",
        "rows": 1,
        "limit": 1,
        "sha256": sha256_bytes(content),
    }


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"id": "n-2"}, "line 2: lacks the key 'text' or 'body'; a row needs id, text/body"),
        ({"text": "No."}, "line 2: lacks the key 'id'"),
        ({"id": "n-2", "text": "No.", "label": "maybe"}, "line 2: key 'label': "),
        (["n-2", "No."], "line 2: is not an object with keys"),
    ],
)
def test_a_row_that_does_not_fit_is_named(tmp_path: Path, line: object, complaint: str) -> None:
    path = tmp_path / "notes.jsonl"
    write(path, LINES[0], line)
    with pytest.raises(SourceError) as caught:
        read_corpus(path, Note)
    assert str(caught.value).startswith(f"{path}, {complaint}")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "holds no rows"),
        (b"\n\n", "holds no rows"),
        (b'{"id": "n-1", "text"', "line 1: is not JSON"),
        (b'{"id": "\xff"}', "line 1: is not JSON"),
        (gzip.compress(b"{}" * 500, mtime=0)[:-9], "is damaged gzip"),
    ],
)
def test_a_file_that_is_no_json_lines_is_named(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_corpus(path, Note)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_usage_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(UsageError) as caught:
            read_corpus(path, Note)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize("limit", ["0", "-3", "many"])
def test_a_limit_is_at_least_one_row(limit: str) -> None:
    with pytest.raises(SystemExit):
        argument_parser("notes", None, "x").parse_args(["notes.jsonl", f"--limit={limit}"])
