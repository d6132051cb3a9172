"""Have a larger model draft further pairs: `python -m training.drafts FILE … [--out FILE]`.

The files hold articles as docs/evals.md describes them (JSON lines, gzip or not; `text`, or
`source`; and where known `title` or `headline`, `cluster` or `doc_id`, `date`). Evidence is
selected from them as in a run, and the model drafts a sentence of it for every section. A draft
becomes a pair when a brief would publish it and it keeps the house rules of data/writer (so that no
name or number is absent from the evidence, and it is no copy). What the model wrote is noted beside
--out in FILE.asked: a run that was stopped goes on there, and a run that is complete only checks
anew.

Name no file that you measure on, such as summaries/writers.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AliasChoices, Field, ValidationError

from evals.models import models, settings
from evals.plans import planned
from evals.rows import Row, positive, read_corpus
from pipeline.brief.compose import Plan
from pipeline.brief.prompts import load_prompt
from pipeline.brief.verify import ScoreSupport
from pipeline.brief.write import MAX_NEW_TOKENS, Draft, Writer
from pipeline.canonical import compact_json, make_id, write_atomically
from pipeline.console import error_line, progress_bars, say
from pipeline.errors import HalfminuteError, SourceError, UsageError
from pipeline.local_models import load_generator
from pipeline.protocols import Generator, Progress
from pipeline.records import Extracted
from pipeline.settings import cache_home
from training.pairs import HOOK_WORDS, MAX_WORDS, Pair, flaws

MODEL = "qwen2.5-coder-1.5b-instruct"
AREA = "drafted"
BATCH = 16
"""Drafts between two notes: as many as are written together, about 20 seconds."""
LIMIT = 3_000
"""Drafts in all; at 26 tokens a second on two cores that is about 80 minutes."""


class _Article(Row):
    """An article of any of the labelled sets."""

    id: str
    cluster: str | None = None
    doc_id: str | None = None
    title: str = Field(default="", validation_alias=AliasChoices("title", "headline"))
    text: str | None = None
    source: str = ""
    """The text where there is no `text`, else the publisher."""
    date: datetime | None = None

    @property
    def story(self) -> str:
        return self.cluster or self.doc_id or self.id

    @property
    def extracted(self) -> Extracted:
        if self.text is None:
            return Extracted(title=self.title, text=self.source)
        day = self.date.replace(tzinfo=UTC) if self.date else None
        return Extracted(
            title=self.title, text=self.text, published=day, site_name=self.source or None
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Draft, check, write the pairs; return the exit code."""
    given = _parser().parse_args(arguments)
    wanted = settings().models
    try:
        with progress_bars() as progress:
            plans = planned(read_stories(given.files), progress)
            drafts = [draft for made in plans.values() for draft in drafts_of(made)][: given.limit]
            if not drafts:
                raise UsageError("drafts", "found no evidence in the files", "name other articles")
            say(f"{len(plans)} stories, {len(drafts)} drafts")
            generator = load_generator(
                given.model,
                cache_home(dict(os.environ)),
                device=wanted.device,
                dtype=wanted.dtype,
                progress=progress,
            )
            asked = given.out.with_suffix(given.out.suffix + ".asked")
            completions = complete(drafts, generator, asked, progress)
            pairs = kept(drafts, completions, models().support.score, progress)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    lines = (compact_json(pair.model_dump(mode="json")) + "\n" for pair in pairs)
    write_atomically(given.out, "".join(lines).encode("utf-8"))
    sections = Counter(pair.section for pair in pairs)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(sections.items()))
    say(f"{given.out}: {len(pairs)} of {len(drafts)} drafts kept ({counts})")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.drafts",
        description=__doc__,
        epilog="""examples:
  python -m training.drafts ../shared/eval/clustering/basil.jsonl.gz --limit 100
  python -m training.drafts ../shared/eval/clustering/basil.jsonl.gz \\
      ../shared/eval/faithfulness/xsum.jsonl.gz --out build/drafts.jsonl
  python -m training.writer --more build/drafts.jsonl""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="articles")
    parser.add_argument("--out", type=Path, default=Path("build/drafts.jsonl"), metavar="FILE")
    parser.add_argument("--model", default=MODEL, help="default: %(default)s")
    parser.add_argument("--limit", type=positive, default=LIMIT, metavar="N",
                        help="so many drafts at most; default: %(default)s")  # fmt: skip
    return parser


def read_stories(files: Sequence[Path]) -> dict[str, list[Extracted]]:
    """Return the articles of the files by story; one that stands there twice counts once.

    Raises:
        UsageError: a file cannot be read.
        SourceError: a row is no article.
    """
    stories: defaultdict[str, dict[str, Extracted]] = defaultdict(dict)
    for path in files:
        for row in read_corpus(path, _Article).rows:
            if row.extracted.text.strip():
                stories[row.story].setdefault(row.extracted.text, row.extracted)
    return {story: list(texts.values()) for story, texts in stories.items()}


def drafts_of(made: Plan) -> list[Draft]:
    """Return what is to be drafted of a story: what a brief asks for, a hook, and the advice."""
    asked = [replace(draft, section=draft.prompt.name) for draft in made.prompted if draft.prompt]
    more = [("hook", draft.evidence, HOOK_WORDS) for draft in made.drafts["what_changed"][:1]]
    more += [("what_to_do_next", (advice,), MAX_WORDS) for advice in made.advice[:1]]
    return asked + [
        Draft(name, candidates, longest, load_prompt(name)) for name, candidates, longest in more
    ]


def complete(
    drafts: Sequence[Draft], generator: Generator, notes: Path, progress: Progress
) -> list[str]:
    """Return the completion of each draft; `notes` has those of earlier runs and gets the others.

    The model writes freely: what it would say only when held to the evidence is no example.

    Raises:
        SourceError: `notes` is damaged.
    """
    prompts = [draft.render(instructed=generator.follows_instructions) for draft in drafts]
    model = generator.identity
    keys = [make_id("d", p, model.id, model.sha256 or "", model.dtype) for p in prompts]
    known = read_notes(notes)
    todo = list({key: p for key, p in zip(keys, prompts, strict=True) if key not in known}.items())
    notes.parent.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(todo), BATCH):
        batch = todo[start : start + BATCH]
        texts = generator.generate([p for _, p in batch], max_new_tokens=MAX_NEW_TOKENS)
        made = {key: text for (key, _), text in zip(batch, texts, strict=True)}
        with notes.open("a", encoding="utf-8") as file:
            file.writelines(compact_json([*pair]) + "\n" for pair in made.items())
        known |= made
        progress("drafting", start + len(batch), len(todo))
    return [known[key] for key in keys]


def read_notes(path: Path) -> dict[str, str]:
    """Return what was noted, key → completion; a last line that was cut short is cut off.

    Raises:
        SourceError: another line is damaged.
    """
    if not path.exists():
        return {}
    whole = path.read_bytes()
    complete_lines = whole[: whole.rfind(b"\n") + 1]
    if complete_lines != whole:
        write_atomically(path, complete_lines)
    found = {}
    for number, line in enumerate(complete_lines.splitlines(), start=1):
        try:
            key, completion = json.loads(line)
        except ValueError as error:
            raise SourceError(f"{path}:{number}", "is no note", "delete the line") from error
        found[key] = completion
    return found


def kept(
    drafts: Sequence[Draft],
    completions: Iterable[str],
    support: ScoreSupport,
    progress: Progress,
) -> list[Pair]:
    """Return the pairs that the completions make, of equal ones the first."""
    found: dict[tuple[str, str], Pair] = {}
    for number, (draft, completion) in enumerate(zip(drafts, completions, strict=True), start=1):
        pair = pair_of(len(found) + 1, draft, completion, support)
        if pair is not None:
            found.setdefault((pair.section, pair.target or ""), pair)
        progress("checking", number, len(drafts))
    return list(found.values())


def pair_of(number: int, draft: Draft, completion: str, support: ScoreSupport) -> Pair | None:
    """Return the pair of a draft, None if its completion is not fit to learn from."""
    urls = {candidate.article_id: None for candidate in [*draft.context, *draft.evidence]}
    claim = Writer(AREA, support, urls).written(draft, completion)
    if claim is None or claim.basis != "written":
        return None
    try:
        pair = Pair.model_validate(
            {
                "id": f"{AREA}-{number:04d}",
                "area": AREA,
                "section": draft.section,
                "evidence": [
                    {"source": candidate.article_id, "text": candidate.sentence.text}
                    for candidate in [*draft.context, *draft.evidence]
                ],
                "target": claim.text,
            }
        )
    except ValidationError:  # a sentence with a line break in it, or too many sentences
        return None
    return None if flaws(pair) else pair


if __name__ == "__main__":
    raise SystemExit(main())
