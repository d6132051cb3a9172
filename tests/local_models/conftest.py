from __future__ import annotations

from pathlib import Path

import pytest

from tests.local_models.builders import save_tiny


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A causal model without a chat template."""
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny-llama")


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder."""
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny-bert", "BertModel")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """An empty model cache."""
    return tmp_path / "cache"
