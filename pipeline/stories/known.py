"""What is known of a story that was told, and whether a sentence adds to that or changes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.facts import Fact, agree, facts_in, same_attribute
from pipeline.analysis.happenings import happening
from pipeline.analysis.stems import content_stems
from pipeline.analysis.values import Value, values_in
from pipeline.protocols import Vectors
from pipeline.schema import Citation
from pipeline.stories.wording import Wording
from pipeline.text import Sentence

RETOLD = 0.65
"""Similarity from which a sentence without a new value tells what was told. Read once on 139
sentences of a second outlet's reports on 7 events of the public clustering set: of the 25 above, 20
tell what the first report told, and 4 of the others have a new value; of the 33 from 0.55 up to
here, 10 do."""
SAME_BUT_FOR_WORDS = 0.86
"""Similarity from which only single words differ, so that a negation more or less turns the
sentence round: two rewordings of one fact in the sample week lie about here."""
SMALL_COUNT = 12
"""A count without unit, written as a word, is new only above: `one of the tenants`."""
SHARED_STEMS = 2
"""Words with meaning, besides the value's own, that two statements on one value must share."""

_PAST = re.compile(
    r"\b(?:from|instead of|rather than|(?:later|earlier|sooner|up|down) (?:than|from)|not|against|"
    r"replac(?:es|ing))\s(?:the\s|an?\s|its\s|about\s)*$"
)
"""Before a value that is past: `from $2.4 billion to …`, `later than the 18 January date`."""
_NEGATION = re.compile(r"\b(?:no|not|never|nobody|nothing|none|neither|without)\b|n['’]t\b")


@dataclass(frozen=True, eq=False)
class Statement:
    """A sentence that was told: published, or in a source of an earlier digest."""

    sentence: Sentence
    vector: NDArray[np.float32] = field(repr=False)
    """Unit vector."""
    citations: tuple[Citation, ...]
    """Those in articles that still are the story's."""
    days: Sequence[date] = ()
    """Possible days of its publication."""


@dataclass(frozen=True)
class Known:
    """All that was told of a story: what was published first, then what its sources said."""

    statements: tuple[Statement, ...]

    @cached_property
    def _vectors(self) -> Vectors:
        return np.stack([each.vector for each in self.statements])

    @cached_property
    def _wordings(self) -> tuple[Wording, ...]:
        return tuple(Wording.of(each.sentence.text) for each in self.statements)

    @cached_property
    def _values(self) -> tuple[Value, ...]:
        found = {v.key: v for each in self.statements for v in values_in(each.sentence.text)}
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def _facts(self) -> tuple[tuple[Fact, Statement], ...]:
        return tuple(
            (fact, each)
            for each in self.statements
            if each.citations and each.sentence.kind != "title"
            for fact in facts_in(each.sentence, each.days)
        )

    def adds(
        self, sentence: Sentence, vector: NDArray[np.float32], days: Sequence[date] = ()
    ) -> bool:
        """Return whether a sentence says something that was not told.

        It does when it states a value that is new, when it turns a statement round, and when it is
        unlike all that was told; `vector` is its unit vector, `days` when it may have appeared.
        """
        wording = Wording.of(sentence.text)
        if any(wording.stands_in(told) for told in self._wordings):
            return False
        if self._has_new_value(sentence, days):
            return True
        near = np.round(self._vectors @ vector, 4)
        best = int(near.argmax())
        told = self.statements[best].sentence.text
        if near[best] >= SAME_BUT_FOR_WORDS:
            return bool(_NEGATION.search(sentence.text)) != bool(_NEGATION.search(told))
        return bool(near[best] < RETOLD)

    def _has_new_value(self, sentence: Sentence, days: Sequence[date]) -> bool:
        """Whether it states an amount, a date or a product that was not told.

        The date on which somebody said so is none.
        """
        facts = {fact.value: fact for fact in facts_in(sentence, days)}
        events = [value for value in facts if value.kind in ("date", "name")]
        told = happening(sentence.text, days)
        said = told.words if told and told.is_statement else None
        written = [value for value in values_in(sentence.text) if value.text != said]
        return not all(
            any(_is_one(value, old) for old in self._values)
            or _is_small_count(value)
            or (value in facts and any(_is_same(facts[value], old) for old, _ in self._facts))
            for value in (*events, *written)
        )

    def changed_by(self, sentence: Sentence, days: Sequence[date] = ()) -> Statement | None:
        """Return the statement that a sentence overtakes, None where it overtakes none.

        It states another value of one attribute, which nobody told, or it names the told value
        itself as the one that is past. What was published comes before what a source said.
        """
        for fact in facts_in(sentence, days):
            same = [(old, each) for old, each in self._facts if same_attribute(fact, old)]
            if same and not any(agree(fact, old) for old, _ in same):
                return same[0][1]
        values = values_in(sentence.text)
        new = {(v.kind, v.unit) for v in values if not any(_is_one(v, old) for old in self._values)}
        for past in values:
            if (past.kind, past.unit) in new and _PAST.search(sentence.text[: past.start]):
                return self._stating(past, sentence.text)
        return None

    def _stating(self, value: Value, text: str) -> Statement | None:
        """Return the first statement of a value in words that `text` shares."""
        stems = set(content_stems(text)) - set(content_stems(value.text))
        return next(
            (
                each
                for each in self.statements
                if each.citations
                and each.sentence.kind != "title"
                and any(_is_one(value, old) for old in values_in(each.sentence.text))
                and len(stems & set(content_stems(each.sentence.text))) >= SHARED_STEMS
            ),
            None,
        )


def _is_small_count(value: Value) -> bool:
    return (
        value.kind == "quantity"
        and not value.unit
        and value.amount is not None
        and value.amount <= SMALL_COUNT
        and not any(character.isdigit() for character in value.text)
    )


def _is_one(value: Value, old: Value) -> bool:
    """Whether both spell one value; either date may leave its year open, the new one its day."""
    if value.kind == old.kind == "date":
        parts = zip(value.form.split("-"), old.form.split("-"), (True, False, False), strict=False)
        return all(
            one in (other, "*") or (is_year and other == "*") for one, other, is_year in parts
        )
    return value.key == old.key


def _is_same(fact: Fact, old: Fact) -> bool:
    """Whether both state one value, the one perhaps more roughly than the other."""
    mine, theirs = (fact.value.kind, fact.unit, fact.rate), (old.value.kind, old.unit, old.rate)
    return mine == theirs and agree(fact, old)
