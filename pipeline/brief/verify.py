"""Whether the evidence bears a sentence out. Nothing is published without passing here.

The checks need no model; the support score comes from what the caller hands in, by default the
share of words, in a run `pipeline.brief.support`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.analysis.clauses import verbs_in
from pipeline.analysis.names import Name, names_in
from pipeline.analysis.stems import content_stems, is_content, stem
from pipeline.analysis.values import Value, values_in
from pipeline.brief.attribution import reports_anew
from pipeline.brief.hedging import CALENDAR, RANKS, check_hedges, check_negation
from pipeline.brief.joins import check_joins
from pipeline.schema import CheckResult
from pipeline.text import fold, plain_marks, words

CHECKS = (
    "values", "names", "negation", "hedges", "actors", "order", "joins", "quotations", "words"
)  # fmt: skip
"""Names of the checks, in the order in which they are reported."""

MAX_NEW_WORDS = 0.15
"""Share of a sentence's content words that may be absent from its evidence. Set by reading drafts
of the default model: one new word in seven can be a synonym, more were inventions."""

MIN_SUPPORT = 0.5
"""Support that a sentence needs. The score is calibrated with both kinds of sentence weighted
alike, so that here either kind of error is as likely (docs/support.md)."""

ScoreSupport = Callable[[str, Sequence[str]], float]
"""From a claim and its evidence to support, 0 to 1."""

QUOTED = re.compile(
    r"“[^”]*”?|(?<!\w)\"[^\"]*\"?|"
    r"(?<!\w)[‘'](?=[^\s\d])[^’']*(?:(?<=\w)[’'](?=\w)[^’']*)*[’']?"
)
_TIMES = re.compile(r"\b(?:ago|later|earlier|before|after|since|until)\b")
_NEXT_WORD = re.compile(r" ([a-z][\w’'.\-]*)")
COUNTED_WITHIN = 40
"""Code points behind a number in which the counted thing is named: about five words."""

_ARTICLE = re.compile(r"\b(an?) ([^\W\d_]+)")
_OTHER_ARTICLE = {"a": "an", "an": "a"}
_SCALES = frozenset(
    map(stem, "thousand million billion trillion percent cent dollars euros pounds yen".split())
)


@dataclass(frozen=True)
class Verdict:
    """The outcome for one sentence. It may be published when it passed."""

    checks: dict[str, CheckResult]
    score: float
    """Support, 0 to 1, rounded to 4 decimals."""

    @property
    def passed(self) -> bool:
        """Whether no check failed and the evidence supports it."""
        return "fail" not in self.checks.values() and self.score >= MIN_SUPPORT

    @property
    def failures(self) -> tuple[str, ...]:
        """Names of the failed checks."""
        return tuple(name for name, check in self.checks.items() if check == "fail")


def word_coverage(claim: str, evidence: Sequence[str]) -> float:
    """Return the share of the claim's content words that the evidence holds."""
    if claim in evidence:
        return 1.0
    # figures are compared as values: "$5bn" is "$5 billion"
    wanted = [s for s in content_stems(claim) if not s[0].isdigit() and s not in _SCALES]
    held = {s for sentence in evidence for s in content_stems(sentence)}
    return sum(s in held for s in wanted) / len(wanted) if wanted else 0.0


def verify(claim: str, evidence: Sequence[str], support: ScoreSupport = word_coverage) -> Verdict:
    """Check `claim` against the evidence sentences it cites, and score it with `support`."""
    return judge(check(claim, evidence), claim, evidence, support)


def check(claim: str, evidence: Sequence[str]) -> dict[str, CheckResult]:
    """Return the outcome of each of CHECKS."""
    return {
        "values": _values(claim, evidence),
        "names": _names(claim, evidence),
        "negation": check_negation(claim, evidence),
        "hedges": check_hedges(claim, evidence),
        **check_joins(claim, evidence),
        "quotations": _quotations(claim, evidence),
        "words": _new_words(claim, evidence),
    }


def judge(
    checks: dict[str, CheckResult], claim: str, evidence: Sequence[str], support: ScoreSupport
) -> Verdict:
    """Return the verdict on a sentence with these checks; `support` asks models, so it comes last.

    A sentence that failed a check has score 0: no support could make up for it.
    """
    if "fail" in checks.values():
        return Verdict(checks, 0.0)
    return Verdict(checks, round(max(0.0, min(1.0, support(claim, evidence))), 4))


def _new_words(claim: str, evidence: Sequence[str]) -> CheckResult:
    if claim in evidence:
        return "pass"
    held = {s for sentence in evidence for s in content_stems(sentence)}
    verbs = {stem(verb) for verb in verbs_in(claim) if is_content(verb)}
    new = not verbs <= held or word_coverage(claim, evidence) < 1 - MAX_NEW_WORDS
    bent = _bends_words(claim, evidence) or _bends_articles(claim, evidence)
    return "fail" if new or bent or reports_anew(claim, evidence) else "pass"


def _bends_articles(claim: str, evidence: Sequence[str]) -> bool:
    """Whether `a` stands where the evidence has `an`, or the other way round."""
    told = {(m[2], m[1]) for sentence in evidence for m in _ARTICLE.finditer(fold(sentence))}
    return any(
        (m[2], m[1]) not in told and (m[2], _OTHER_ARTICLE[m[1]]) in told
        for m in _ARTICLE.finditer(fold(claim))
    )


def _bends_words(claim: str, evidence: Sequence[str]) -> bool:
    """Whether a word other than a verb has another form than in the evidence.

    "The method, called shelving" became "the method, shelved", "a lab leases" "a lab lease".
    """
    forms = {fold(word) for sentence in evidence for word in _parts(sentence)}
    stems = {stem(form) for form in forms}
    told = {stem(verb) for sentence in evidence for verb in verbs_in(sentence)}
    verbs = {fold(verb) for verb in verbs_in(claim)}
    return any(
        stem(word) in stems and not (word in verbs and stem(word) in told)
        for word in map(fold, _parts(claim))
        if is_content(word) and word not in forms
    )


def _parts(text: str) -> list[str]:
    return [
        part.removesuffix("’s").removesuffix("'s")
        for word in words(text)
        for part in word.split("-")
    ]


def _values(claim: str, evidence: Sequence[str]) -> CheckResult:
    wanted, others = values_in(claim), _other_figures(claim)
    if not wanted and not others:
        return "n/a"
    held = [value for sentence in evidence for value in values_in(sentence)]
    if not others <= {word for sentence in evidence for word in _other_figures(sentence)}:
        return "fail"
    keys = {value.key for value in held}
    dates = {value.form: value for value in held if value.kind == "date"}.values()
    borne = all(w.key in keys or any(_same(w, date) for date in dates) for w in wanted)
    return "pass" if borne and _counts_the_same(claim, evidence) else "fail"


def _counts_the_same(claim: str, evidence: Sequence[str]) -> bool:
    """Whether each bare number counts what it counts in the evidence: `18,000 accelerators`.

    The word behind a number must stand among the next few behind it in the evidence.
    """
    counted = {
        (value.key, near)
        for sentence in evidence
        for value in values_in(sentence)
        for near in content_stems(sentence[value.end : value.end + COUNTED_WITHIN])
    }
    names = names_in(claim)
    return claim in evidence or all(
        (value.key, content_stems(behind[1])[0]) in counted
        for value in values_in(claim)
        if value.kind == "quantity"
        and not value.unit
        and not any(n.start < value.start < n.end for n in names)  # Kelvin 3.7 drops ...
        if (behind := _NEXT_WORD.match(claim, value.end)) and content_stems(behind[1])
    )


def _other_figures(text: str) -> frozenset[str]:
    """Return what is no value by itself but must not change.

    A month, a day, a rank, `millions`; `ago` and `after`, for "two years after its first outside
    money" became "two years ago".
    """
    days = {fold(word)[:3] for word in CALENDAR.findall(text)}
    ranks = {fold(word) for word in RANKS.findall(text)}
    return frozenset(days | ranks | set(_TIMES.findall(fold(text))))


def _same(value: Value, date: Value) -> bool:
    """Whether `value` is `date`, a part of it, or its year."""
    if value.kind == "date":
        pairs = zip(value.form.split("-"), date.form.split("-"), strict=True)
        return all(a in (b, "*") for a, b in pairs)
    return value.amount is not None and f"{value.amount:.0f}" == date.form[:4] and not value.unit


def _names(claim: str, evidence: Sequence[str]) -> CheckResult:
    amounts = [(value.start, value.end) for value in values_in(claim)]  # "40 MW" holds no name
    wanted = [
        name
        for name in names_in(claim)
        if not any(start <= name.start and name.end <= end for start, end in amounts)
    ]
    if not wanted:
        return "n/a"
    held = " ".join(f" {_plain(sentence)} " for sentence in evidence)
    return "pass" if all(_is_held(name, held) for name in wanted) else "fail"


def _is_held(name: Name, held: str) -> bool:
    plain = _plain(name.text)
    # the capital of a sentence's first word tells nothing
    uncapped = plain[:1].lower() + plain[1:] if name.start == 0 else plain
    return f" {plain} " in held or f" {uncapped} " in held


def _plain(text: str) -> str:
    """Return the words of `text` in their own case, so that names compare letter by letter."""
    return " ".join(word.removesuffix("'s").removesuffix("’s") for word in words(text))


def _quotations(claim: str, evidence: Sequence[str]) -> CheckResult:
    quoted = quoted_parts(claim)
    if not quoted:
        return "n/a"
    held = [part for sentence in evidence for part in quoted_parts(sentence)]
    return "pass" if all(any(part in other for other in held) for part in quoted) else "fail"


def quoted_parts(text: str) -> list[str]:
    """Return what stands between quotation marks, an unclosed quotation up to the end."""
    found = (plain_marks(match[0]).strip("\"' .,!?") for match in QUOTED.finditer(text))
    return [part for part in found if part]
