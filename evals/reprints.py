"""Reprint groups, on a labelled set that is made from real texts by seeded edits.

Every third row is a report that is reprinted: one to three papers print it again, cut, wrapped in
words of their own, edited, with other quotation marks and noise; some reports are only there as
prints. The other rows stand for themselves, with round-ups of ten reports, a footer of each paper,
and notes that are filled into one template. A row has `id`, `text`, and where known `title`,
`source`. Groups are scored by pairs of articles, and whole.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any, Final

from evals.rows import Row, argument_parser, read_corpus
from pipeline.records import Article, ArticleRevision, Revision
from pipeline.stories.dedupe import reprint_groups

AGENCY: Final = "Meridian Wire"
PAPERS: Final = 12
"""Invented papers that reprint: enough for boilerplate to be shared within each."""
REPRINTED: Final = 3
"""One row in so many is reprinted."""
OWN_SHARE: Final = 0.5
"""A paper's own words are at most this share of a reprint."""
START: Final = datetime(2026, 11, 9, 6, tzinfo=UTC)
FOOTER: Final = (
    "{paper} is the independent voice of its valley and has been read at breakfast for {n} years. "
    "Our reporters answer letters every Friday between four and six. Readers who find a mistake "
    "are asked to write to the desk on the second floor, which keeps a list of all corrections and "
    "reads it out at the annual meeting of the cooperative that owns this paper."
)
MARKET: Final = (
    "Shares of {name} {moved} {percent} percent to close at ${price} in {city} on {day}, in a "
    "session in which {volume} shares changed hands. The stock has {gained} {year} percent since "
    "the start of the year. Analysts polled by {bank} expect the company to report earnings of "
    "${earnings} a share for the quarter when it publishes its results on {date}. The company has "
    "a market value of ${value} billion and a price-earnings ratio of {ratio}. Its shares have "
    "traded between ${low} and ${high} in the past twelve months."
)
MATCH: Final = (
    "{name} beat {other} {score} on {day} evening in front of {crowd} spectators in {city}. "
    "{first} opened the scoring in the {minute}th minute and {second} settled the match shortly "
    "before the final whistle. It was the {n}th win of the season for {name}, who move up to place "
    "{place} in the table with {points} points. {other} stay in place {under} and play at home "
    "against {next} next weekend. The coach was content with the result and said that his team had "
    "earned it."
)
NAMES: Final = (
    "Corvane|Brightmoor|Tarnhelm|Inkwell|Dunmarrow|Ferncliff|Lindhaven|Skarvik|Quayside|Rookery|"
    "Wrenfield|Vandelore|Hollowmere|Eastmark|Pellworth|Kestrelby|Ashgrove|Norrvik|Calderon Bay|"
    "Millbrandt"
).split("|")


class Report(Row):
    """One real text."""

    id: str
    text: str
    title: str = ""
    source: str = ""


def main(arguments: list[str]) -> dict[str, Any]:
    """Return `recall`, `precision` and `f1` of pairs, and the same of whole groups.

    Raises:
        HalfminuteError: the file cannot be used.
    """
    parser = argument_parser("reprints", __doc__, "../shared/eval/clustering/basil.jsonl.gz")
    parser.add_argument("--seed", type=int, default=1, help="of the edits (default: 1)")
    parser.add_argument("--show", action="store_true", help="print each wrong pair to stdout")
    given = parser.parse_args(arguments)
    corpus = read_corpus(given.file, Report, limit=given.limit)
    articles, labels = labelled_week(corpus.rows, given.seed)
    started = time.perf_counter()
    found = reprint_groups(articles)
    seconds = time.perf_counter() - started
    labelled = [tuple(sorted(group)) for group in labels if len(group) > 1]
    if given.show:
        _show(_pairs(found), _pairs(labelled))
    return {
        **corpus.stamp("reprints"),
        "articles": len(articles),
        "groups": len(labelled),
        **_scores("", _pairs(found), _pairs(labelled)),
        **_scores("group_", set(found), set(labelled)),
        "seconds": round(seconds, 2),
    }


def labelled_week(
    rows: Sequence[Report], seed: int
) -> tuple[list[ArticleRevision], list[list[str]]]:
    """Return articles made from `rows`, and the groups of ids that carry one text."""
    articles: list[ArticleRevision] = []
    groups: list[list[str]] = []
    by_paper = [f"Paper {n}" for n in range(PAPERS)]
    for number, row in enumerate(rows):
        rng = random.Random(f"{seed} {row.id}")
        group = []
        prints = rng.randint(1, 3) if number % REPRINTED == 0 else 0
        if prints < 2 or rng.random() < 0.7:
            articles.append(
                _article(row.id, row.title, row.text, AGENCY if prints else row.source, number)
            )
            group.append(row.id)
        for copy, paper in enumerate(rng.sample(by_paper, prints)):
            own = _own_words(rng.choice(rows).text, rng)
            text = _reprint(row.text, own, rng)
            name = f"{row.id} print {copy}"
            articles.append(
                _article(name, f"Read: {row.title}", _footed(text, paper), paper, number, rng)
            )
            group.append(name)
        groups.append(group)
    rng = random.Random(seed)
    for number, paper in enumerate(by_paper):
        extra = [_round_up(rows, rng), *_notes(MARKET, rng), *_notes(MATCH, rng)]
        for n, text in enumerate(extra):
            name = f"{paper} own {n}"
            articles.append(_article(name, name, _footed(text, paper), paper, number, rng))
            groups.append([name])
    rng.shuffle(articles)
    return articles, groups


def _reprint(text: str, own: Sequence[str], rng: random.Random) -> str:
    """Return a text as another paper prints it: one to four edits, the cut first."""
    kept = rng.choice(CUTS)(_paragraphs(text), rng)
    for edit in rng.sample(EDITS, rng.randint(1, 3)):
        kept = edit(kept, own, rng)
    return "\n".join(kept)


Cut = Callable[[list[str], random.Random], list[str]]
Edit = Callable[[list[str], Sequence[str], random.Random], list[str]]


def _whole(paragraphs: list[str], _: random.Random) -> list[str]:
    return paragraphs


def _head(paragraphs: list[str], rng: random.Random) -> list[str]:
    """The first paragraphs, at least forty words."""
    return _worded(paragraphs, max(40, int(rng.uniform(0.15, 0.8) * _size(paragraphs))))


def _holes(paragraphs: list[str], rng: random.Random) -> list[str]:
    kept = [p for p in paragraphs if rng.random() > 0.25]
    return kept if _size(kept) >= 40 else paragraphs


def _reworded(paragraphs: list[str], _: Sequence[str], rng: random.Random) -> list[str]:
    """A word in thirty dropped or put otherwise."""
    return [
        " ".join(
            word if rng.random() > 1 / 30 else rng.choice(("", f"{word} indeed", "meanwhile"))
            for word in paragraph.split()
        )
        for paragraph in paragraphs
    ]


def _own_words(text: str, rng: random.Random) -> list[str]:
    """Return paragraphs in a real report's words of which no five stand as they stood there."""
    paragraphs = []
    for paragraph in _paragraphs(text):
        words = paragraph.split()
        pieces = [words[at : at + 3] for at in range(0, len(words), 3)]
        rng.shuffle(pieces)
        paragraphs.append(" ".join(word for piece in pieces for word in piece))
    return paragraphs


def _wrapped(paragraphs: list[str], own: Sequence[str], rng: random.Random) -> list[str]:
    """Another text around and between, up to half of the whole."""
    room = rng.uniform(0.2, OWN_SHARE) * _size(paragraphs)
    added = _worded(own, int(room))
    while added and _size(added) > _size(paragraphs):
        added.pop()
    at = rng.randint(0, len(added))
    middle = rng.randint(0, len(paragraphs))
    return [*added[:at], *paragraphs[:middle], *added[at:], *paragraphs[middle:]]


def _quotes(paragraphs: list[str], _: Sequence[str], rng: random.Random) -> list[str]:
    marks = rng.choice(('""', "‘’", "«»", "„“"))
    table = str.maketrans({"“": marks[0], "”": marks[1]})
    return [paragraph.translate(table) for paragraph in paragraphs]


def _noise(paragraphs: list[str], _: Sequence[str], rng: random.Random) -> list[str]:
    """What a page leaves behind: captions, entities, hard spaces."""
    spoilt = [
        p.replace(" the ", "\u00a0the ").replace(
            " and ", " &amp; " if rng.random() < 0.3 else " and "
        )
        for p in paragraphs
    ]
    spoilt.insert(rng.randint(0, len(spoilt)), "Photo: the bridge at low tide, seen from the quay.")
    return [*spoilt, "Advertisement"]


def _credited(paragraphs: list[str], _: Sequence[str], rng: random.Random) -> list[str]:
    dateline = rng.choice(("SKARVIK (Meridian Wire) - ", "(Meridian Wire) — ", ""))
    end = rng.choice(
        ("Source: Meridian Wire", "This article was first published by Meridian Wire.")
    )
    first, *rest = paragraphs
    return [f"{dateline}{first}", *rest, end]


CUTS: Final[Sequence[Cut]] = (_whole, _head, _holes)
EDITS: Final[Sequence[Edit]] = (_reworded, _wrapped, _quotes, _noise, _credited)


def _round_up(rows: Sequence[Report], rng: random.Random) -> str:
    """Return one paragraph of each of ten reports."""
    chosen = rng.sample(range(len(rows)), min(10, len(rows)))
    return "\n".join(rng.choice(_paragraphs(rows[n].text)) for n in chosen)


def _notes(template: str, rng: random.Random) -> list[str]:
    """Return some notes of one template; most papers have few, so that their template is rare."""
    fields = re.findall(r"\{(\w+)\}", template)
    words = {"moved": ("rose", "fell", "gained", "lost"), "gained": ("risen", "fallen")}
    words["day"] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    words["date"] = tuple(f"November {n}" for n in range(10, 30))
    named = {"name", "other", "city", "bank", "first", "second", "next"}
    return [
        template.format(
            **{
                each: rng.choice(words[each])
                if each in words
                else rng.choice(NAMES)
                if each in named
                else f"{rng.uniform(1, 90):.{rng.randint(0, 2)}f}"
                for each in fields
            }
        )
        for _ in range(rng.choice((2, 3, 8)))
    ]


def _footed(text: str, paper: str) -> str:
    return f"{text}\n{FOOTER.format(paper=paper, n=30 + len(paper) * 7)}"


def _article(
    name: str, title: str, text: str, source: str, hour: int, rng: random.Random | None = None
) -> ArticleRevision:
    later = timedelta(hours=rng.uniform(1, 30)) if rng else timedelta()
    moment = START + timedelta(minutes=20 * hour) + later
    article = Article(article_id=name, source=source, first_seen=moment, published=moment)
    revision = Revision(
        article_id=name,
        text_sha256=Revision.hash_of(title, text),
        title=title,
        text=text,
        seen_at=moment,
    )
    return ArticleRevision(article=article, revision=revision)


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _size(paragraphs: Iterable[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _worded(paragraphs: Sequence[str], least: int) -> list[str]:
    """Return the first paragraphs that have together so many words."""
    kept: list[str] = []
    for paragraph in paragraphs:
        if _size(kept) >= least:
            break
        kept.append(paragraph)
    return kept


def _pairs(groups: Iterable[Sequence[str]]) -> set[tuple[str, ...]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _scores(
    prefix: str, found: set[tuple[str, ...]], labelled: set[tuple[str, ...]]
) -> dict[str, float | None]:
    right = len(found & labelled)
    recall = right / len(labelled) if labelled else None
    precision = right / len(found) if found else None
    f1 = 2 * right / (len(found) + len(labelled)) if found or labelled else None
    named = {"recall": recall, "precision": precision, "f1": f1}
    return {prefix + key: value and round(value, 4) for key, value in named.items()}


def _show(found: set[tuple[str, ...]], labelled: set[tuple[str, ...]]) -> None:
    for word, pairs in (("missed", labelled - found), ("wrong", found - labelled)):
        for one, other in sorted(pairs):
            print(f"{word}: {one} | {other}")
