"""Read the facts of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from pipeline.analysis.analyse import Analysis
from pipeline.analysis.clauses import starts_with_verb
from pipeline.analysis.dates import Day, Fixed, date_phrases, resolve
from pipeline.analysis.facts.attributes import (
    AUXILIARIES,
    Span,
    clause_span,
    noun_of_verb,
    verb_class,
    wording,
)
from pipeline.analysis.facts.bounds import bounds_of
from pipeline.analysis.facts.fact import Fact
from pipeline.analysis.facts.places import (
    is_so_far,
    measured,
    periods_in,
    rate_of,
    scope_of,
    scores,
    years_told,
)
from pipeline.analysis.happenings import happening
from pipeline.analysis.names import name_key, names_in
from pipeline.analysis.stems import content_stems
from pipeline.analysis.values import Value, values_in
from pipeline.text import Sentence, fold, words

_APPOSITION = re.compile(r"(?<=\w), (?:the|an?|its|his|her|their) [^,;:]{3,80},(?= [a-z])")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)‘(?:[^’]|’(?=\w))*(?:’|$)")
_PERIOD_END = re.compile(
    r"\b(?P<prep>since|from|until|till|through|to)\s(?:at least\s|the end of\s|late\s|early\s)?$"
)
_AGE = re.compile(r"(?P<name>[A-Z][\w’'-]+), (?P<age>[1-9]\d),(?= )")
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|who|which|that|we|i|you)\s+(?:\w+ly\s)?$", re.IGNORECASE
)
_LED = re.compile(r"(?:\s(?:\w+ly|be|been|being|not|also|now))*\s[a-z]{3,}\b")
_CODE_NAME = re.compile(r"(?=\S*\d)(?=\S*[A-Z])[\w-]{3,}$")


def facts_in(sentence: Sentence, days: Sequence[date] = ()) -> tuple[Fact, ...]:
    """Return the facts of a sentence, left to right.

    `days` are the possible days of publication (`dates.publication_days`): with them a relative
    date is a fact too.
    """
    found = [
        *_amounts(sentence, days),
        *_results(sentence),
        *_ages(sentence),
        *_dates(sentence, days),
        *_products(sentence),
    ]
    return tuple(sorted(found, key=lambda f: (f.value.start, f.value.kind, f.attribute)))


def facts_of(analysis: Analysis, days: Sequence[date] = ()) -> tuple[Fact, ...]:
    """Return the facts of a revision's body, in reading order."""
    return tuple(f for s in analysis.sentences if s.kind != "title" for f in facts_in(s, days))


def _amounts(sentence: Sentence, days: Sequence[date]) -> Iterator[Fact]:
    text = sentence.text
    for value in measured(text):
        bounds = bounds_of(text, value)
        start = bounds.start if bounds else value.start
        rate, factor, end = rate_of(text, value, start)
        said = wording(text, start, end, is_money=value.kind == "money")
        what = said.what
        if value.kind == "version":
            what = _product_before(text, value)
        clause = clause_span(text, start, said.noun_end)
        fact = _fact(sentence, value, (what, said.does), said.verb, clause, (start, said.noun_end))
        yield replace(
            fact,
            low=bounds.low * factor if bounds else 0.0,
            high=bounds.high * factor if bounds else 0.0,
            step=bounds.step * factor if bounds else 0.0,
            unit=bounds.unit if bounds else "",
            rate=rate,
            years=years_told(text) if rate == "year" else None,
            scope=scope_of(text, said.verb, (start, end)),
            periods=periods_in(text[slice(*clause)], days),
            context=fact.context | frozenset(said.modifiers),
            models=frozenset(word for word in said.modifiers if re.search(r"\d", word)),
            noun=said.noun,
        )


def _product_before(text: str, value: Value) -> str:
    """Return the key of the product whose version it is: `quill` of `Quill version 2.7.4`."""
    name = next((n for n in reversed(names_in(text)) if n.start < value.start), None)
    if name is None or len(words(text[name.end : value.start])) > 1:
        return ""
    return name_key(text[name.start : min(name.end, value.start)])


def _fact(
    sentence: Sentence,
    value: Value,
    attribute: tuple[str, ...],
    verb: Span | None,
    clause: Span,
    shown: Span,
) -> Fact:
    """Return a fact with what its surroundings tell, its bounds still open."""
    text = sentence.text
    around = text[: shown[0]] + " " + text[shown[1] :]
    units = [(v.start, v.end) for v in values_in(text)]
    names = [
        n
        for n in names_in(text)
        if clause[0] <= n.start < clause[1]
        and not n.start <= value.start < n.end
        and not any(a <= n.start < b for a, b in units)
    ]
    ahead = [n for n in names if n.end <= (verb[0] if verb else shown[0])]
    used = set(content_stems(text[slice(*verb)])) if verb else set()
    return Fact(
        value=value,
        attribute=attribute if any(attribute) else (),
        verb=text[slice(*verb)] if verb else "",
        subject=ahead[-1].key if ahead else None,
        noun="",
        shown=text[slice(*shown)],
        sentence=sentence,
        low=0.0,
        high=0.0,
        names=frozenset(n.key for n in names),
        context=frozenset(s for s in content_stems(around) if not s[0].isdigit()) - used,
        pronoun=verb is not None and bool(_PRONOUN.search(text[: verb[0]])),
        quoted=any(m.start() <= value.start < m.end() for m in _QUOTED.finditer(text)),
        so_far=is_so_far(text),
    )


def _results(sentence: Sentence) -> Iterator[Fact]:
    for value in scores(sentence.text):
        shown = (value.start, value.end)
        clause = clause_span(sentence.text, *shown)
        said = wording(sentence.text, *shown, is_money=False)
        fact = _fact(sentence, value, ("score", said.does), said.verb, clause, shown)
        yield replace(fact, noun="result", unit="score")


def _ages(sentence: Sentence) -> Iterator[Fact]:
    for match in _AGE.finditer(sentence.text):
        place = match.span("age")
        age = float(match["age"])
        value = Value("quantity", match["age"], *place, amount=age, unit="year")
        fact = _fact(sentence, value, ("age", "be"), None, place, place)
        name = name_key(match["name"])
        yield replace(
            fact,
            noun=f"age of {match['name']}",
            subject=name,
            names=frozenset({name}),
            low=age,
            high=age,
            step=1.0,
            unit="age",
        )


def _dates(sentence: Sentence, days: Sequence[date]) -> Iterator[Fact]:
    """Yield the date of the sentence's event, and since or until when something lasts."""
    text = sentence.text
    phrases = date_phrases(text)
    plain = _APPOSITION.sub(lambda aside: " " * len(aside[0]), text)
    told = happening(plain, days) if phrases else None
    for phrase in phrases:
        place = (phrase.start, phrase.end)
        if told is not None and phrase.text == told.words:
            start = text.find(told.verb)
            of_amount = told.day.precision != "day" and measured(text)  # "rose 9% in 2024"
            if told.is_statement or start < 0 or of_amount:
                continue
            whole = _whole_verb(text, start, start + len(told.verb))
            verb: Span | None = whole
            day: Day | None = told.day
            attribute = ("on", verb_class(text[slice(*whole)]))
        else:
            ends = _PERIOD_END.search(text[: phrase.start])
            if ends is None or not isinstance(phrase.meaning, Fixed) or not phrase.meaning.year:
                continue
            said = wording(text, ends.start(), phrase.end, is_money=False)
            verb, day = said.verb, resolve(phrase.meaning, days, "unknown")
            attribute = ("since" if ends["prep"] in ("since", "from") else "until", said.does)
        if day is None or verb is None or not attribute[1]:
            continue
        value = Value("date", phrase.text, *place, form=day.iso)
        yield replace(
            _fact(sentence, value, attribute, verb, clause_span(text, *place), place),
            noun=noun_of_verb(text, verb, place),
            low=float(day.first.toordinal()),
            high=float(day.last.toordinal()),
            unit="day",
        )


def _whole_verb(text: str, start: int, end: int) -> Span:
    """Return a verb group with the verb that its auxiliary leads: `will` is `will launch`."""
    if fold(text[start:end].split()[-1]) not in AUXILIARIES:
        return start, end
    led = _LED.match(text, end)
    return start, led.end() if led else end


def _products(sentence: Sentence) -> Iterator[Fact]:
    """Yield the products whose model name stands before a common noun: `GB300 chips`."""
    text = sentence.text
    for name in names_in(text):
        model = name.text.split()[-1]
        units = [(v.start, v.end) for v in values_in(text)]
        if not _CODE_NAME.match(model) or any(a < name.end and name.start < b for a, b in units):
            continue
        said = wording(text, name.start, name.end, is_money=False)
        place = (name.start, name.end)
        acts = starts_with_verb(text[name.end :].strip())
        if said.noun_end == name.end or not said.what or acts:
            continue
        value = Value("name", name.text, *place, form=name_key(model))
        clause = clause_span(text, *place)
        shown = (place[0], said.noun_end)
        fact = _fact(sentence, value, (said.what, said.does), said.verb, clause, shown)
        yield replace(fact, noun=said.noun)
