"""Which language a text is in.

The text decides; what a page or feed declares is a hint, since templates declare `en` for
everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

MIN_WORDS: Final = 8
"""Below this the classifier guesses. Measured on the first words of 1,853 English newsletter texts:
wrong for 16 % with 4 words, 6 % with 6, 2 % with 8, 0.2 % with 16."""
SAMPLE_CHARS: Final = 4000
"""The classifier sees this much: 1 ms, and longer samples change no answer."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


@dataclass(frozen=True)
class Language:
    """A language and how sure the classifier is."""

    code: str
    """ISO 639-1."""
    probability: float
    """0 to 1."""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> Language | None:
    """Return the language of `text`, None when there are too few words to tell."""
    sample = text[:SAMPLE_CHARS]
    # scripts without spaces: two characters make about one word
    words = len(_WORD.findall(sample)) + len(_UNSPACED.findall(sample)) // 2
    if words < MIN_WORDS:
        return None
    code, probability = _identifier().classify(sample)
    return Language(str(code), float(probability))


def language_code(declared: str | None) -> str | None:
    """Return the ISO 639-1 code in a declaration such as `en-US`, None where there is none."""
    match = _CODE.fullmatch((declared or "").strip())
    return match[1].lower() if match else None
