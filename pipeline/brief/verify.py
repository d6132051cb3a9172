"""Whether the evidence bears a sentence out. Nothing is published without passing here.

The checks need no model; the support score does (see `support_score`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.analysis.names import names_in
from pipeline.analysis.values import Value, values_in
from pipeline.schema import CheckResult
from pipeline.text import fold, words

CHECKS = ("values", "names", "negation", "hedges", "actors", "quotations", "words")
"""Names of the checks, in the order in which they are reported."""

MAX_NEW_WORDS = 0.15
"""Share of a sentence's content words that may be absent from its evidence. Rewrites by the default
model that were judged right by hand had at most 0.14; most invented ones had more."""

_NEGATIONS = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|hardly|barely|fail(?:s|ed)?|"
    r"refuse[sd]?|reject(?:s|ed)?|den(?:y|ies|ied)|halt(?:s|ed)?|\w+n't)\b"
)
_HEDGES = re.compile(
    r"\b(?:may|might|could|would|likely|unlikely|possibl[ey]|perhaps|reportedly|allegedly|alleged|"
    r"rumou?red|expected|expects?|potential(?:ly)?|appears?|seems?|suggests?|estimated?|estimates|"
    r"about|around|approximately|roughly|nearly|almost|some|up to|at least|more than|over|under|"
    r"fewer than|less than|plans?|planned|aims?|hopes?|intends?|proposed|tentatively|claims?|"
    r"believed|should|can|if|unless)\b"
)
# Hedges in groups: one of a group may stand for another.
_HEDGE_GROUPS: tuple[frozenset[str], ...] = (
    frozenset("may might could possible possibly perhaps potential potentially can".split()),
    frozenset(["likely", "expected", "expects", "expect", "would"]),
    frozenset("reportedly allegedly alleged rumored rumoured claim claims believed".split()),
    frozenset(
        """
    about around approximately roughly nearly almost some estimated estimate estimates
    """.split()
    ),
    frozenset(("up to", "at least", "more than", "over", "under", "fewer than", "less than")),
    frozenset(
        """
    plan plans planned aim aims hope hopes intend intends proposed tentatively
    """.split()
    ),
    frozenset("appear appears seem seems suggest suggests".split()),
    frozenset(["if", "unless"]),
    frozenset(("unlikely",)),
    frozenset(("should",)),
)
_FUNCTION_WORDS = frozenset(
    """
    a about above after again against ago all almost along already also although always
    am among an and any are around as at back be became because become becomes been
    before behind being below between both but by can come could did do does doing done
    down during each either else enough even ever every few for from further get gets
    had has have having he her here hers him his how however if in including into is it
    its itself just last least less like made make makes many may me might more most
    much must my near nearly need needs neither never new next no nor not now of off on
    once one only onto or other others our out over own per perhaps rather s same say
    says said set shall she should since so some still such take taken takes than that
    the their theirs them then there these they this those though through throughout
    thus to together too toward towards under until up upon us use used uses using very
    via was we well were what when where whether which while who whom whose why will
    with within without would yet you your
    """.split()
)


@dataclass(frozen=True)
class Verdict:
    """The outcome for one sentence. It may be published when no check failed."""

    checks: dict[str, CheckResult]
    score: float
    """Support, 0 to 1, rounded to 4 decimals."""

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return "fail" not in self.checks.values()

    @property
    def failures(self) -> tuple[str, ...]:
        """Names of the failed checks."""
        return tuple(name for name, check in self.checks.items() if check == "fail")


def verify(claim: str, evidence: Sequence[str], *, closeness: float = 1.0) -> Verdict:
    """Check `claim` against the evidence sentences it cites.

    `closeness` is the highest cosine of the claim's vector with an evidence sentence's, which the
    caller has from the encoder; support is its product with the share of borne-out words.
    """
    checks: dict[str, CheckResult] = {
        "values": _values(claim, evidence),
        "names": _names(claim, evidence),
        "negation": _negation(claim, evidence),
        "hedges": _hedges(claim, evidence),
        "actors": _actors(claim, evidence),
        "quotations": _quotations(claim, evidence),
        "words": _new_words(claim, evidence),
    }
    coverage = word_coverage(claim, evidence)
    score = round(max(0.0, min(1.0, closeness)) * coverage, 4)
    return Verdict(checks, score)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return a crude stem: enough to match `leases` with `lease` and `signed` with `signing`."""
    folded = fold(word).removesuffix("'s").strip("'")
    for ending, floor in (("ations", 4), ("ation", 4), ("ingly", 4), ("edly", 4), ("ments", 4),
                          ("ment", 4), ("ings", 4), ("ing", 4), ("ies", 3), ("ied", 3), ("ed", 3),
                          ("ers", 4), ("er", 4), ("es", 3), ("ly", 4), ("s", 3), ("e", 3),
                          ("y", 3)):  # fmt: skip
        if folded.endswith(ending) and len(folded) - len(ending) >= floor:
            return folded[: -len(ending)]
    return folded


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [
        stem(part)
        for word in words(text)
        for part in word.split("-")
        if part and fold(part) not in _FUNCTION_WORDS
    ]


def word_coverage(claim: str, evidence: Sequence[str]) -> float:
    """Return the share of the claim's content words that the evidence holds."""
    wanted = content_stems(claim)
    held = {s for sentence in evidence for s in content_stems(sentence)}
    return sum(s in held for s in wanted) / len(wanted) if wanted else 0.0


def _new_words(claim: str, evidence: Sequence[str]) -> CheckResult:
    return "pass" if word_coverage(claim, evidence) >= 1 - MAX_NEW_WORDS else "fail"


def _values(claim: str, evidence: Sequence[str]) -> CheckResult:
    wanted = values_in(claim)
    if not wanted:
        return "n/a"
    held = [value for sentence in evidence for value in values_in(sentence)]
    return "pass" if all(any(_same(w, h) for h in held) for w in wanted) else "fail"


def _same(one: Value, other: Value) -> bool:
    if one.kind == other.kind == "date":
        pairs = zip(one.form.split("-"), other.form.split("-"), strict=True)
        return all(a in (b, "*") for a, b in pairs)
    if one.kind == "quantity" and other.kind == "date":  # a year out of a full date
        return f"{one.amount:.0f}" == other.form[:4] if one.amount is not None else False
    return one.key == other.key


def _names(claim: str, evidence: Sequence[str]) -> CheckResult:
    wanted = names_in(claim)
    if not wanted:
        return "n/a"
    held = " ".join(f" {_plain(sentence)} " for sentence in evidence)
    return "pass" if all(f" {_plain(name.text)} " in held for name in wanted) else "fail"


def _plain(text: str) -> str:
    """Return the words of `text` in their own case, so that names compare letter by letter."""
    return " ".join(word.removesuffix("'s").removesuffix("’s") for word in words(text))


def _best_sentence(claim: str, evidence: Sequence[str]) -> str:
    """Return the evidence sentence that shares most content words with the claim."""
    wanted = set(content_stems(claim))
    return max(evidence, key=lambda s: (len(wanted & set(content_stems(s))), -len(s)), default="")


def _negation(claim: str, evidence: Sequence[str]) -> CheckResult:
    own = {stem(m) for m in _NEGATIONS.findall(fold(claim))}
    best = {stem(m) for m in _NEGATIONS.findall(fold(_best_sentence(claim, evidence)))}
    if not own and not best:
        return "n/a"
    return "pass" if own == best else "fail"


def _hedges(claim: str, evidence: Sequence[str]) -> CheckResult:
    """Every group of hedges of the closest sentence must be there, and none may be new."""
    own = _hedge_groups(claim)
    best = _hedge_groups(_best_sentence(claim, evidence))
    if not own and not best:
        return "n/a"
    held = {group for sentence in evidence for group in _hedge_groups(sentence)}
    return "pass" if best <= own and own <= held else "fail"


def _hedge_groups(text: str) -> frozenset[int]:
    found = _HEDGES.findall(fold(text))
    return frozenset(
        index for index, group in enumerate(_HEDGE_GROUPS) if any(word in group for word in found)
    )


def _quotations(claim: str, evidence: Sequence[str]) -> CheckResult:
    quoted = re.findall(r"[“\"]([^”\"]{3,})[”\"]", claim)
    if not quoted:
        return "n/a"
    held = [fold(sentence) for sentence in evidence]
    inside = all(
        any(f'"{part}' in s or f'{part}"' in s or (part in s and '"' in s) for s in held)
        for part in (fold(q).strip(" .,") for q in quoted)
    )
    return "pass" if inside else "fail"


def _actors(claim: str, evidence: Sequence[str]) -> CheckResult:
    """Who did what: before its first shared verb, the claim must name whom the evidence names.

    The word right before the verb's group (modals and adverbs skipped) is the subject's head. It
    must be the head of the same verb in one evidence sentence, or of a comma-delimited part before
    it there (which a rewrite may have dropped).
    """
    subject, verb = _head_and_verb(claim)
    if not subject or not verb:
        return "n/a"
    for sentence in evidence:
        for chunk_heads, found in _verb_heads(sentence, verb):
            if found and subject in chunk_heads:
                return "pass"
    return "fail"


_MARKS = frozenset(",;:()–—")
_TOKEN = re.compile(r"[^\W_]+(?:['’\-.&/][^\W_]+)*|[,;:()–—]")


def _head_and_verb(text: str) -> tuple[str, str]:
    """Return (stem of the subject's last word, stem of the first word after the subject).

    The border is the first function word that can only start a verb group, else the first lower
    case word after the leading name.
    """
    tokens = [t for t in _TOKEN.findall(text) if t not in _MARKS]
    for index, token in enumerate(tokens):
        if fold(token) in _VERB_OPENERS and index:
            head = next((t for t in reversed(tokens[:index]) if _is_content(t)), "")
            verb = next((t for t in tokens[index:] if _is_content(t)), "")
            return (stem(head), stem(verb)) if head and verb else ("", "")
    names = names_in(text)
    if names and not text[: names[0].start].strip():
        rest = [t for t in _TOKEN.findall(text[names[0].end :]) if _is_content(t)]
        head = words(names[0].text)[-1]
        return (stem(head), stem(rest[0])) if rest else ("", "")
    return "", ""


def _verb_heads(sentence: str, verb: str) -> list[tuple[frozenset[str], bool]]:
    """Return, for each place of `verb`, the stems that may be its subject's head there."""
    tokens = _TOKEN.findall(sentence)
    places = []
    for index, token in enumerate(tokens):
        if stem(token) != verb and verb not in [stem(part) for part in token.split("-")]:
            continue
        heads = set()
        last = ""
        for before in tokens[:index]:
            if before in _MARKS:
                heads.add(last)
            elif _is_content(before) and not before.endswith("ly"):
                last = stem(before)
        heads.add(last)
        places.append((frozenset(heads - {""}), True))
    return places


def _is_content(word: str) -> bool:
    return word not in _MARKS and fold(word) not in _FUNCTION_WORDS


_VERB_OPENERS = frozenset(
    """
    is are was were has have had will would can could may might must should does did do
    been be
    """.split()
)
