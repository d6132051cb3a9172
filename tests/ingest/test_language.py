from __future__ import annotations

import pytest

from pipeline.ingest.language import detect_language, language_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The lab will pay a great deal of money for a data center near Memphis.", "en"),
        ("Das Labor zahlt viel Geld für ein neues Rechenzentrum in der Nähe von Memphis.", "de"),
        ("El laboratorio pagará mucho dinero por un centro de datos cerca de Memphis.", "es"),
        ("これは日本語のテキストです。新しい計算機センターが東京に建設される。", "ja"),
    ],
)
def test_language(text: str, code: str) -> None:
    found = detect_language(text)
    assert found is not None
    assert found.code == code
    assert 0.9 < found.probability <= 1


@pytest.mark.parametrize("text", ["", "GPU prices fall", "1234 5678 !!! ???", "日本"])
def test_too_little_to_tell(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("declared", "code"),
    [("en-US", "en"), ("DE", "de"), ("pt_BR", "pt"), (" fr ", "fr"), ("english", None), ("", None)],
)
def test_language_code(declared: str, code: str | None) -> None:
    assert language_code(declared) == code
