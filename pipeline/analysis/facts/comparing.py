"""Whether two facts state one attribute, and whether both may be true of it.

Precision before recall: facts whose sentences leave it open state different attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.analysis.facts.fact import Fact
from pipeline.analysis.facts.word_classes import word_class

CLOSE = 3
CLOSE_SHARE = 0.4
VERY_CLOSE = 5
"""Words with meaning that two sentences share to count as one statement in other words: three if
they are this share of the shorter sentence, five of however many. Set by reading what the 100
events of the public clustering set then contradict each other on: three finds, all right; taken for
one event, the 100 have few finds more, which are of two events each."""
TOLLS = frozenset("kill injure".split())
"""Classes of verbs that count victims."""
EVENTS = TOLLS | frozenset("cut raise deal fine".split())
"""Classes that by themselves name a story's one event: nothing else must be shared."""
ONCE = frozenset(
    """
    sign effect start end launch deal open expir hold vote kill resign appoint elect arrest charg
    found sentenc crash arriv
    """.split()
)
"""Classes of what happens once, so that two days contradict each other. People meet, tweet, plead
and report again and again: with the 100 events of the public clustering set taken for one, such
verbs gave 7 of 14 finds, all wrong (measured once)."""
LIGHT = frozenset(["", "be", "have", "do"])
"""Classes of verbs that tell nothing of a value by themselves."""


@dataclass(frozen=True)
class _Likeness:
    """How much two facts' wordings have in common."""

    same_what: bool
    same_verb: bool
    """The same class, and one that tells something."""
    shared: int
    """Words with meaning in both sentences."""
    least: int
    """Words with meaning in the shorter sentence."""
    close: bool
    """One statement in other words, or both count one product: `18,000 VX-9 accelerators`."""

    def near(self, *classes: str) -> bool:
        """Whether the facts have anything else in common, or need not."""
        return self.shared >= 1 or (self.same_verb and bool(EVENTS & set(classes)))


def same_attribute(one: Fact, other: Fact) -> bool:
    """Return whether two facts surely state the same of the same thing; in doubt they do not."""
    if not one.attribute or not other.attribute or not _comparable(one, other):
        return False
    if one.unit == "age":
        return one.subject == other.subject
    like = _likeness(one, other)
    if not _names_fit(one, other) or not _periods_fit(one, other, like):
        return False
    if (one.pronoun or other.pronoun) and one.attribute[1] not in TOLLS and like.shared < 2:
        return False  # whom the pronoun means is not known
    match one.value.kind:
        case "date" | "name":
            return _same_event(one, other, like)
        case "version":
            return like.same_what and like.same_verb
        case "percent":
            told = one.attribute[1] == other.attribute[1] != ""
            return like.same_what and told and like.near(*one.attribute)
        case "money":
            return _same_sum(one, other, like)
        case _:
            return _same_count(one, other, like)


def _likeness(one: Fact, other: Fact) -> _Likeness:
    (what, does), (other_what, other_does) = one.attribute, other.attribute
    shared = len(one.context & other.context)
    least = min(len(one.context), len(other.context))
    return _Likeness(
        same_what=bool(what) and what == other_what,
        same_verb=does == other_does and does not in LIGHT,
        shared=shared,
        least=least,
        close=shared >= VERY_CLOSE
        or (shared >= CLOSE and (shared >= CLOSE_SHARE * least or " of " in what))
        or (shared > 1 and bool(one.models & other.models)),
    )


def _same_event(one: Fact, other: Fact, like: _Likeness) -> bool:
    """Dates and products: the same verb, and half of what the shorter sentence says."""
    if one.attribute != other.attribute or not like.same_verb:
        return False
    if one.attribute[0] == "on":
        nouns = {word_class(f.noun) for f in (one, other)}
        if one.attribute[1] not in ONCE or len(nouns) > 1 or "" in nouns:
            return False
    return like.shared >= max(1, min(2, (like.least + 1) // 2))


def _same_sum(one: Fact, other: Fact, like: _Likeness) -> bool:
    (what, does), (other_what, other_does) = one.attribute, other.attribute
    crossed = what in ("", other_does) and other_what in ("", does)  # "fined X", "a fine of X"
    if like.same_what and not like.same_verb:
        return like.close
    told = bool(what or other_what) or like.same_verb
    return (like.same_what or (crossed and told)) and like.near(what, does)


def _same_count(one: Fact, other: Fact, like: _Likeness) -> bool:
    (what, does), (other_what, other_does) = one.attribute, other.attribute
    if one.unit == "score":
        return like.same_verb and like.shared >= 1
    if not like.same_what:
        return like.same_verb and what == other_what and bool(one.unit) and like.shared >= 1
    if does == other_does:
        alike = like.same_verb or 2 * like.shared >= like.least
        return alike and like.near(what, does)
    light = does in LIGHT or other_does in LIGHT
    known = one.subject is not None and one.subject == other.subject
    return like.close or (light and known)


def _comparable(one: Fact, other: Fact) -> bool:
    mine, theirs = ((f.value.kind, f.unit, f.rate, f.scope) for f in (one, other))
    return mine == theirs


def _periods_fit(one: Fact, other: Fact, like: _Likeness) -> bool:
    if one.periods and other.periods:
        return one.periods == other.periods
    return like.close or not (one.periods or other.periods)


def _names_fit(one: Fact, other: Fact) -> bool:
    """Whether no name of one clause stands against another name of the other."""
    whats = {one.attribute[0], other.attribute[0]}
    subjects = [_name_words([f.subject]) - whats for f in (one, other) if f.subject]
    subjects = [subject for subject in subjects if subject]
    same_verb = one.attribute[1] == other.attribute[1]
    acts = same_verb and one.value.kind != "date"  # "Corvane launches Quill", "Quill launches"
    if acts and len(subjects) == 2 and not subjects[0] & subjects[1]:
        return False
    mine, theirs = (_name_words(f.names) - whats for f in (one, other))
    return not (mine - theirs and theirs - mine)


def _name_words(names: Iterable[str]) -> set[str]:
    return {word_class(word) for name in names for word in name.split()}


def _total(fact: Fact) -> tuple[float, float] | None:
    """Return what a yearly rate comes to over its period."""
    if fact.rate != "year" or fact.years is None:
        return None
    return fact.low * fact.years, fact.high * fact.years


def agree(one: Fact, other: Fact) -> bool:
    """Return whether both values may be true of one attribute.

    Values that cannot be compared (another unit, another rate) do not contradict each other.
    """
    if one.value.kind != other.value.kind or one.unit != other.unit:
        return True
    if one.value.kind in ("version", "name") or one.unit == "score":
        return one.value.form == other.value.form
    if one.rate == other.rate:
        spans = (one.low, one.high), (other.low, other.high)
        return _overlap(*spans) or _truncates(one, other) or _truncates(other, one)
    first = (one.low, one.high) if not one.rate else _total(one)
    second = (other.low, other.high) if not other.rate else _total(other)
    return first is None or second is None or _overlap(first, second)


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two spans share more than an end: of two rounded values each has its own."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    points = one[0] == one[1] or other[0] == other[1]
    return low < high or (low == high and points)


def _truncates(rough: Fact, fine: Fact) -> bool:
    """Whether the one is the other with digits cut off: `$43 million` of `$43,885,310`."""
    written = (rough.low + rough.high) / 2
    if not fine.step < rough.step or written < 10 * rough.step:
        return False  # of one digit nothing is cut: $2 billion is not $2.6 billion
    return 0 <= fine.low - written < rough.step
