"""The writer's training pairs, data/writer/*.jsonl: `python -m training.pairs check [FILES]`.

A pair is up to four evidence sentences, the section, and the sentence that an editor would write
there, or null where the evidence holds nothing for that section. `check` prints every
breach of the house rules with its file and line, then a summary, and exits with 1 on a breach.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from pipeline.analysis.stems import content_stems, is_content
from pipeline.brief.condense import is_subsequence
from pipeline.brief.verify import MIN_SUPPORT, verify
from pipeline.brief.write import MAX_LENGTH, publishable
from pipeline.console import error_line
from pipeline.errors import HalfminuteError, SourceError, UsageError
from pipeline.records import Record
from pipeline.resources import shipped_path
from pipeline.text import fold, words

FOLDER = "data/writer"
UNSEEN = frozenset({"law", "space"})
"""Areas of which the writer sees nothing, so that `evals writer` can measure what it learned."""
VALIDATION = frozenset({"climate", "data_engineering"})
"""Areas of which the loss decides which epoch is shipped."""

PairSection = Literal[
    "hook",
    "what_changed",
    "why_it_matters",
    "what_to_do_next",
    "takeaway",
    "implication",
    "technical",
    "restate",
]
HOOK_WORDS = 20
MAX_WORDS = 40
MIN_WORDS = 6
"""Words of a target: at most a hook's, any other section's, and at least; as sections have them."""
EVIDENCE_WORDS = range(8, 46)
"""Words of an evidence sentence: shorter ones say too little, the evidence stage leaves out longer
ones. Where nothing can be said, evidence may be a fragment and shorter."""
SHINGLE_WORDS = 5
NEAR_DUPLICATE = 0.2
"""Jaccard of the five-word shingles of two pairs, evidence and target together, above which one is
a variant of the other. Measured once, on 1,165 pairs: pairs of different stories have at most 0.07,
two sections of one story, with an evidence sentence in common, at most 0.2; a pair of which names
and numbers were changed has 0.4 to 0.9."""

_ENDS = re.compile(r"[.!?…][\"”’')\]]*$")
_NUMBER_WORDS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion trillion dozen half third quarter twice double triple
    """.split()
)

Text = Annotated[str, Field(min_length=1, pattern=r"^\S(?:.*\S)?$")]


class PairEvidence(Record):
    """A sentence and the kind of outlet or document that it stands in."""

    source: Text
    text: Text


class Pair(Record):
    """Evidence and what to write of it."""

    id: Annotated[str, Field(pattern=r"^[a-z]+-\d{4}$")]
    area: Text
    """Subject area: whole areas are held out when the writer is measured."""
    section: PairSection
    evidence: Annotated[tuple[PairEvidence, ...], Field(min_length=1, max_length=4)]
    target: Text | None
    """The sentence; None where the evidence holds nothing that this section may say."""

    @property
    def texts(self) -> list[str]:
        """The evidence sentences."""
        return [evidence.text for evidence in self.evidence]


@dataclass(frozen=True)
class PlacedPair:
    """A pair with its file and line."""

    pair: Pair
    place: str


def load_pairs(paths: Iterable[Path]) -> list[PlacedPair]:
    """Return the pairs of the files, in order.

    Raises:
        UsageError: a file cannot be read.
        SourceError: a line is no pair; names file and line.
    """
    return [placed for path in paths for placed in _load(path)]


def pair_files() -> list[Path]:
    """Return the files of the shipped pairs, sorted.

    Raises:
        ResourceError: their folder is missing.
    """
    return sorted(shipped_path(FOLDER).glob("*.jsonl"))


def _load(path: Path) -> list[PlacedPair]:
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"cannot be read ({error})", "name JSON lines") from error
    return [
        PlacedPair(_read(line, f"{path}:{number}"), f"{path}:{number}")
        for number, line in enumerate(lines, start=1)
    ]


def _read(line: str, place: str) -> Pair:
    try:
        return Pair.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "line"
        mend = f"a pair has {', '.join(Pair.model_fields)}"
        raise SourceError(place, f"{key}: {first['msg']}", mend) from error


def flaws(pair: Pair) -> list[str]:
    """Return where the pair breaks the house rules, in plain words; empty when it keeps them."""
    if pair.target is None:
        longest = EVIDENCE_WORDS[-1]
        return [f"evidence above {longest} words" for t in pair.texts if len(words(t)) > longest]
    return [
        *(flaw for text in pair.texts for flaw in _evidence_flaws(text)),
        *_form_flaws(pair.section, pair.target),
        *_copy_flaws(pair.target, pair.texts),
        *_truth_flaws(pair.target, pair.texts),
    ]


def _evidence_flaws(text: str) -> list[str]:
    found = []
    if len(words(text)) not in EVIDENCE_WORDS:
        found.append(f"evidence has {len(words(text))} words: {text[:40]}")
    if not _ENDS.search(text):
        found.append(f"evidence is no sentence: {text[:40]}")
    return found


def _form_flaws(section: str, target: str) -> list[str]:
    most = HOOK_WORDS if section == "hook" else MAX_WORDS
    found = []
    if len(words(target)) not in range(MIN_WORDS, most + 1):
        found.append(f"target has {len(words(target))} words, not {MIN_WORDS} to {most}")
    if not publishable(target, max_words=most):
        found.append("target cannot stand in a brief by its form")
    return found


def _copy_flaws(target: str, texts: Sequence[str]) -> list[str]:
    own = list(map(fold, words(target)))
    others = [list(map(fold, words(text))) for text in texts]
    found = ["target copies the beginning of an evidence sentence"] * any(
        other[: len(own)] == own for other in others
    )
    wanted = set(content_stems(target))
    drawn_on = sum(len(words(text)) for text in texts if wanted & set(content_stems(text)))
    if len(own) > MAX_LENGTH * drawn_on:
        found.append(f"target has {len(own)} words for {drawn_on} of evidence")
    return found


def _truth_flaws(target: str, texts: Sequence[str]) -> list[str]:
    verdict = verify(target, texts)
    found = [f"verify: {name}" for name in verdict.failures]
    if not found and verdict.score < MIN_SUPPORT:
        found.append(f"verify: support {verdict.score}")
    return found + [f"not in the evidence: {token}" for token in unborne(target, texts)]


def unborne(text: str, evidence: Sequence[str]) -> list[str]:
    """Return the names and numbers of `text` that do not stand in the evidence letter by letter.

    These are the words with a capital or a digit and the number words. Shares no code with
    `verify`, whose check of names and values it watches over. Of the first word, whose capital
    tells nothing, the case does not count, nor does a function word there.
    """
    held = {token for sentence in evidence for token in _tokens(sentence)}
    folded = {token.lower() for token in held}
    missing = []
    for number, token in enumerate(_tokens(text)):
        shaped = token != token.lower() or any(map(str.isdigit, token))
        plain = token.lower()
        if number == 0 and token[1:] == plain[1:] and not token[0].isdigit():
            borne = plain in folded or not is_content(token)
        elif plain in _NUMBER_WORDS:
            borne = plain in folded
        else:
            borne = token in held or not shaped
        if not borne:
            missing.append(token)
    return missing


def _tokens(text: str) -> list[str]:
    """Return what stands between spaces and dashes, without marks around it and a genitive's s."""
    bare = (token.strip(".,;:!?()[]\"'“”‘’") for token in re.split(r"[\s—–]+", text))
    return [token for token in (re.sub(r"['’]s$", "", b) for b in bare) if token]


def duplicates(placed: Sequence[PlacedPair]) -> list[tuple[PlacedPair, str]]:
    """Return each pair with the id of an earlier one, or that says nearly the same, and which."""
    found = []
    places: dict[str, str] = {}
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    kept = [_shingles(each.pair) for each in placed]
    for index, each in enumerate(placed):
        if each.pair.id in places:
            found.append((each, f"has the id of {places[each.pair.id]}"))
        places.setdefault(each.pair.id, each.place)
        shared = Counter(other for shingle in kept[index] for other in holders[shingle])
        found += [
            (each, f"is nearly {placed[other].pair.id}")
            for other, count in sorted(shared.items())
            if count > NEAR_DUPLICATE * len(kept[index] | kept[other])
        ]
        for shingle in kept[index]:
            holders[shingle].append(index)
    return found


def _shingles(pair: Pair) -> frozenset[tuple[str, ...]]:
    """Return the five-word shingles of all texts of a pair; they do not cross from text to text."""
    found: set[tuple[str, ...]] = set()
    for text in [*pair.texts, pair.target or ""]:
        tokens = list(map(fold, words(text)))
        found.update(zip(*(tokens[n:] for n in range(SHINGLE_WORDS)), strict=False))
    return frozenset(found)


def all_flaws(placed: Sequence[PlacedPair]) -> list[str]:
    """Return a line `file:line: id: flaw` for each breach of the house rules."""
    found = [(each, flaw) for each in placed for flaw in flaws(each.pair)]
    return [f"{each.place}: {each.pair.id}: {flaw}" for each, flaw in found + duplicates(placed)]


def summary(pairs: Sequence[Pair]) -> str:
    """Return how many pairs there are of each kind, one kind a line."""
    counts: dict[str, Counter[str]] = {
        "section": Counter(pair.section for pair in pairs),
        "area": Counter(pair.area for pair in pairs),
        "evidence sentences": Counter(str(len(pair.evidence)) for pair in pairs),
        "target": Counter(_kind(pair) for pair in pairs),
    }
    lines = (
        f"{name}: " + ", ".join(f"{key} {n} ({n / len(pairs):.0%})" for key, n in sorted(c.items()))
        for name, c in counts.items()
    )
    return "\n".join([f"{len(pairs)} pairs", *lines])


def _kind(pair: Pair) -> str:
    if pair.target is None:
        return "nothing"
    shortened = any(is_subsequence(pair.target, text) for text in pair.texts)
    return "subsequence" if shortened else "written"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files named, by default all of data/writer; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.pairs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=["check"])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    try:
        placed = load_pairs(given.files or pair_files())
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    found = all_flaws(placed)
    print(*found, summary([each.pair for each in placed]), sep="\n")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
