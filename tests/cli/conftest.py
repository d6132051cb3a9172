from __future__ import annotations

import io
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipeline import assembly, cli
from pipeline.brief.support import SupportHead
from pipeline.ingest.pool import InlineExtractor
from tests.cli.program import Done, Run
from tests.fakes import FakeEncoder, FakeGenerator, FakeReader
from tests.stages.stories import HARVEST, LEASE_CHIP, LEASE_STACK
from tests.stages.world import SURFACE_ONLY


@pytest.fixture
def halfminute(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Return `halfminute ARGUMENTS` in this process, in a home of its own, with fake models."""
    for name in [name for name in os.environ if name.startswith("HALFMINUTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HALFMINUTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HALFMINUTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HALFMINUTE_INGEST__MIN_WORDS", "5")
    monkeypatch.setenv("HALFMINUTE_INGEST__ATTEMPTS", "1")
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setattr(assembly, "ExtractionPool", lambda _: nullcontext(InlineExtractor()))
    monkeypatch.setattr(assembly, "load_encoder", lambda *_, **__: FakeEncoder(SURFACE_ONLY))
    monkeypatch.setattr(assembly, "load_generator", lambda *_, **__: FakeGenerator())
    reader = FakeReader(sha256=SupportHead.shipped().reader_sha256)
    monkeypatch.setattr(assembly, "load_reader", lambda *_, **__: reader)

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["halfminute", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out, err)

    return run


@pytest.fixture
def reports(tmp_path: Path) -> tuple[str, ...]:
    """Return the paths of two text files on one event and one on another."""
    paths = []
    for told in (LEASE_CHIP, LEASE_STACK, HARVEST):
        path = tmp_path / f"{told.article.article_id}.txt"
        path.write_text(f"{told.revision.title}\n\n{told.revision.text}\n", encoding="utf-8")
        paths.append(str(path))
    return tuple(paths)
