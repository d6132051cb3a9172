"""`python -m evals writer [FILE …] [--models A,B,C]`: first drafts of several models, side by side.

Each model drafts a sentence of each evidence set. A file is one of the writer's pairs (data/writer)
or of articles with summaries by people (`doc_id`, `source`, `summary`), whose evidence is selected
as in a run. Without files: the pairs of the areas that the writer never saw, and the articles of
../shared/eval where they are at hand.

Measured are the drafts as they come. An abstention is no draft: it is right where the pair says
that there is nothing to say.

first_draft_pass      share of the drafts that pass verification
publishable           share of the drafts that a brief would publish: in form too, and shorter than
                      their evidence
published             share of the sets with something to say that get such a draft
unborne               share of the drafts with a name or number absent from the evidence
abstention_precision  share of the abstentions that are right
abstention_recall     share of the sets with nothing to say that are abstained from
copied                share of the drafts that are an evidence sentence with words left out
longest_run           longest run of words out of one evidence sentence, as a share of the draft's
rouge1, rouge2, rougeL  F1 with stemming against the pairs' sentences; of articles, what is drafted
                      of one, cut at 50 words, against its summaries
words_a_sentence, tokens_a_second (reading the prompts included)

The first model is ours: its figures have plain names. It writes twice, with its words held to
those of the evidence as in a run, and `_free`; the others write freely and have their own suffix.
Figures of articles begin with `articles_`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.drafts import EvidenceSet, Figures, figures_of, sets_of_articles, sets_of_pairs
from evals.models import models, settings
from evals.rows import positive, read_content, read_corpus
from evals.summaries import SummaryRow
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.canonical import write_atomically
from pipeline.console import progress_bars, say
from pipeline.errors import UsageError
from pipeline.local_models import load_generator
from pipeline.local_models.loading import locate
from pipeline.local_models.tokens import TextTokenizer
from pipeline.protocols import Generator, Progress
from pipeline.settings import cache_home
from training.pairs import UNSEEN, load_pairs, pair_files

MODELS = "halfminute-writer-135m,smollm2-135m-instruct,qwen2.5-coder-1.5b-instruct"
SUFFIXES = {"smollm2-135m-instruct": "base", "qwen2.5-coder-1.5b-instruct": "large"}
"""What the figures of these models end with; of others, the name of their folder or repository."""
ARTICLES = Path("../shared/eval/summaries/writers.jsonl.gz")
ARTICLE_SETS = 60
"""Evidence sets of articles: with the 143 of the pairs the largest model writes about 6,000 tokens,
of which two cores write 26 a second."""
FIGURES = ("<!-- figures -->", "<!-- end of figures -->")
"""What in a report stands between these lines is made by the command."""


@dataclass(frozen=True)
class Telling:
    """What one model wrote of the evidence sets, in their order."""

    model: str
    held: bool
    """Whether its words were held to those of the evidence."""
    completions: tuple[str, ...]
    tokens: int
    """Of all completions, the one that ends each included."""
    seconds: float

    @property
    def speed(self) -> float:
        """Tokens a second."""
        return round(self.tokens / self.seconds, 1)


@dataclass(frozen=True)
class Measured:
    """A telling with its figures."""

    suffix: str
    telling: Telling
    pairs: Figures
    articles: Figures


def main(arguments: list[str]) -> dict[str, Any]:
    """Print the tables and return the figures.

    Raises:
        UsageError: a file cannot be read, or is of no known kind.
        ModelError: a model cannot be had.
    """
    given = _parser().parse_args(arguments)
    names: list[str] = given.models.split(",")
    with progress_bars() as progress:
        of_pairs, of_articles, references = read_sets(given.files, given.limit, progress)
        sets = [*of_pairs, *of_articles]
        tellings = [
            telling
            for number, name in enumerate(names)
            for telling in tell(name, sets, (True, False) if number == 0 else (False,), progress)
        ]
    rows = []
    for telling in tellings:
        said = list(zip(sets, telling.completions, strict=True))
        score = models().support.score
        rows.append(
            Measured(
                suffix_of(telling, ours=names[0]),
                telling,
                figures_of(said[: len(of_pairs)], score),
                figures_of(said[len(of_pairs) :], score, references),
            )
        )
    page = tables(rows)
    print(page)
    if given.report:
        write_report(given.report, page)
    return {
        "task": "writer",
        "pairs": len(of_pairs),
        "articles_sets": len(of_articles),
        **metrics(rows),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals writer",
        description=__doc__,
        epilog="example: python -m evals writer data/writer/law.jsonl --models "
        "halfminute-writer-135m,smollm2-135m-instruct",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pairs, or articles")
    parser.add_argument(
        "--models", default=MODELS, metavar="A,B", help="as --model takes them, ours first"
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="so many evidence sets of pairs and of articles"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="put the tables into this Markdown file"
    )
    return parser


def read_sets(
    files: Sequence[Path], limit: int | None, progress: Progress
) -> tuple[list[EvidenceSet], list[EvidenceSet], dict[str, list[str]]]:
    """Return the evidence sets of pairs and of articles, and the articles' summaries by id.

    Raises:
        UsageError: a file cannot be read.
        SourceError: it is of neither kind.
    """
    chosen = list(files) or [*pair_files(), *([ARTICLES] if ARTICLES.is_file() else [])]
    of_pairs = [path for path in chosen if holds_pairs(path)]
    pairs = [placed.pair for placed in load_pairs(of_pairs)]
    if not files:
        pairs = [pair for pair in pairs if pair.area in UNSEEN]
    rows = [
        row for path in chosen if path not in of_pairs for row in read_corpus(path, SummaryRow).rows
    ]
    references: dict[str, list[str]] = {}
    for row in rows:
        references.setdefault(row.doc_id, []).append(row.summary)
    sources = {row.doc_id: row.source for row in rows}
    from_articles = sets_of_articles(sources, limit or ARTICLE_SETS, progress) if sources else []
    return sets_of_pairs(pairs)[:limit], from_articles, references


def holds_pairs(path: Path) -> bool:
    """Return whether the first line of a file looks like a pair.

    Raises:
        UsageError: it cannot be read.
    """
    first = read_content(path).split(b"\n", 1)[0]
    try:
        return "evidence" in json.loads(first)
    except (ValueError, TypeError) as error:
        raise UsageError(str(path), "holds no JSON lines", "name pairs or articles") from error


def tell(
    name: str, sets: Sequence[EvidenceSet], ways: Sequence[bool], progress: Progress
) -> list[Telling]:
    """Return what the model of this name writes, for each of `ways`: held to the evidence or not.

    Raises:
        ModelError: it cannot be had.
    """
    cache, wanted = cache_home(dict(os.environ)), settings().models
    tokenizer = TextTokenizer(locate(name, "generator", cache, progress).folder, name)
    generator = load_generator(
        name, cache, device=wanted.device, dtype=wanted.dtype, progress=progress
    )
    tellings = []
    for held in ways:
        start = time.monotonic()
        completions = complete(generator, sets, held=held, batch=wanted.batch_size)
        seconds = time.monotonic() - start
        say(f"{name}{', held' if held else ''}: {len(sets)} drafts in {seconds:.0f} s")
        tokens = sum(len(tokenizer.ids(text, special=False)) + 1 for text in completions)
        tellings.append(Telling(name, held, tuple(completions), tokens, seconds))
    return tellings


def complete(
    generator: Generator, sets: Sequence[EvidenceSet], *, held: bool, batch: int
) -> list[str]:
    """Return a completion of each set; prompts of a length are written together, as in a run."""
    instructed = generator.follows_instructions
    prompts = [each.draft.render(instructed=instructed) for each in sets]
    order = sorted(range(len(sets)), key=lambda n: (len(prompts[n]), prompts[n]))
    completions = [""] * len(sets)
    for start in range(0, len(order), batch):
        members = order[start : start + batch]
        texts = generator.generate(
            [prompts[n] for n in members],
            max_new_tokens=MAX_NEW_TOKENS,
            held=[sets[n].draft.held for n in members] if held else (),
        )
        for n, text in zip(members, texts, strict=True):
            completions[n] = text
    return completions


def suffix_of(telling: Telling, *, ours: str) -> str:
    """Return what the names of a telling's figures end with."""
    if telling.model == ours:
        return "" if telling.held else "_free"
    return "_" + SUFFIXES.get(telling.model, Path(telling.model).name)


def metrics(rows: Sequence[Measured]) -> dict[str, Any]:
    """Return the flat figures of all rows."""
    found: dict[str, Any] = {}
    for row in rows:
        for prefix, figures in (("", row.pairs), ("articles_", row.articles)):
            for name, value in figures.items():
                found[f"{prefix}{name}{row.suffix}"] = value
        found[f"tokens_a_second{row.suffix}"] = row.telling.speed
    return found


def tables(rows: Sequence[Measured]) -> str:
    """Return the figures as Markdown: a row each, pairs first."""
    parts = []
    for heading, figures in (
        ("Pairs of areas that were never shown", [row.pairs for row in rows]),
        ("Evidence selected from articles", [row.articles for row in rows]),
    ):
        names = [name.replace("_", " ") for name in [*figures[0], "tokens_a_second"]]
        parts += [f"## {heading}", "", f"| model | {' | '.join(names)} |"]
        parts.append("|---" * (len(names) + 1) + "|")
        for row, each in zip(rows, figures, strict=True):
            held = ", held" if row.telling.held else ""
            shown = " | ".join(map(_shown, [*each.values(), row.telling.speed]))
            parts.append(f"| {row.telling.model}{held} | {shown} |")
        parts.append("")
    return "\n".join(parts).rstrip()


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if value > 1 else f"{value:.3f}"


def write_report(path: Path, page: str) -> None:
    """Put the tables into a Markdown file, in place of those between its FIGURES lines."""
    first, last = FIGURES
    made = f"{first}\n\n{page}\n\n{last}"
    text = path.read_text(encoding="utf-8") if path.exists() else f"# The writer\n\n{made}\n"
    if first not in text or last not in text:
        mend = f"put the lines {first} and {last} where the tables belong"
        raise UsageError(str(path), "has no place for the figures", mend)
    before, _, rest = text.partition(first)
    write_atomically(path, (before + made + rest.partition(last)[2]).encode("utf-8"))
