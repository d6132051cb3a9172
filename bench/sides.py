"""The sides that are compared. Each is called with story ids, works, and says what that took."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from bench.claims import ClaimCounts, count_claims
from bench.corpus import SPAN, Setup
from bench.plain import SECTIONS, PlainModel, section_prompt
from pipeline.assembly import Models, Workshop
from pipeline.brief.verify import ScoreSupport
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.local_models.loading import locate
from pipeline.local_models.runtime import load_tokenizer, quiet
from pipeline.protocols import Generator, ModelIdentity
from pipeline.stages.briefs import Writing, write_briefs
from pipeline.stages.stories import member_articles
from pipeline.store import Store

Count = Callable[[str], int]
"""Returns how many tokens a text has."""


@dataclass(frozen=True)
class Timing:
    """One call of a side: so many stories in so many seconds, and what the model did for it."""

    stories: int
    seconds: float
    calls: int = 0
    """Prompts completed."""
    prompt_tokens: int = 0
    """Without what the chat template adds."""
    new_tokens: int = 0
    scored_tokens: int = 0
    """Of sentences whose support was asked, and of their evidence."""
    repeated: int = 0
    """Prompts of the call that equal another one: a side that answers them once saves work."""
    claims: Mapping[str, ClaimCounts] = field(default_factory=dict)
    """Story id → the sentences of its brief."""
    peak_mb: float = 0.0
    """The most memory that the process has held so far, models included."""

    @property
    def per_story(self) -> float:
        """Seconds a story."""
        return self.seconds / self.stories


class ForgetfulStore(Store):
    """A store that never remembers a draft or a score, though it saves them: caches are off."""

    repeated = 0
    """Prompts asked for that equal another one of the same call."""

    def drafts(self, keys: Sequence[str]) -> dict[str, str]:
        """Return nothing."""
        self.repeated += len(keys) - len(set(keys))
        return {}

    def scores(self, kind: str, keys: Sequence[str]) -> dict[str, float]:  # noqa: ARG002
        """Return nothing."""
        return {}


@dataclass
class Recorder:
    """A `Generator` that notes what another one is asked and what it answers.

    No completion gets longer than its own `max_new_tokens`, whatever is asked for.
    """

    generator: Generator
    max_new_tokens: int
    prompts: list[str] = field(default_factory=list)
    completions: list[str] = field(default_factory=list)
    scored: list[str] = field(default_factory=list)

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is."""
        return self.generator.identity

    @property
    def follows_instructions(self) -> bool:
        """As the model itself."""
        return self.generator.follows_instructions

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        """Return the model's completions."""
        completions = self.generator.generate(
            prompts, max_new_tokens=min(max_new_tokens, self.max_new_tokens), held=held
        )
        self.prompts += prompts
        self.completions += completions
        return completions

    def log_likelihood(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the model's likelihoods."""
        return self.generator.log_likelihood(pairs)

    def noting(self, support: ScoreSupport) -> ScoreSupport:
        """Return `support` so that what it scores is noted."""

        def score(claim: str, evidence: Sequence[str]) -> float:
            self.scored += [claim, *evidence]
            return support(claim, evidence)

        return score

    def timing(self, stories: int, seconds: float, count: Count) -> Timing:
        """Return what was noted."""
        return Timing(
            stories=stories,
            seconds=seconds,
            calls=len(self.prompts),
            prompt_tokens=sum(map(count, self.prompts)),
            new_tokens=sum(map(count, self.completions)),
            scored_tokens=sum(map(count, self.scored)),
            peak_mb=peak_mb(),
        )


@dataclass(frozen=True)
class BriefSide:
    """The brief stage as shipped, from analysed articles to briefs.

    Sentence vectors are in the store, as ingestion leaves them; everything after that is timed.
    """

    means: Writing
    store: ForgetfulStore
    count: Count
    max_new_tokens: int = MAX_NEW_TOKENS

    def __call__(self, story_ids: Sequence[str]) -> Timing:
        """Write the briefs of these stories."""
        stories = self.store.stories(story_ids)
        recorder = Recorder(self.means.generator, self.max_new_tokens)
        repeated = self.store.repeated
        means = replace(self.means, generator=recorder, support=recorder.noting(self.means.support))
        forget_memos()
        started = time.perf_counter()
        briefs = write_briefs(means, stories, SPAN).briefs
        seconds = time.perf_counter() - started
        return replace(
            recorder.timing(len(stories), seconds, self.count),
            claims={brief.id: count_claims(brief) for brief in briefs},
            repeated=self.store.repeated - repeated,
        )


@dataclass(frozen=True)
class PlainSide:
    """The plain way: for each story its longest article, and for each section one call."""

    model: Generator
    store: Store
    fit: Callable[[str], str]
    """Cuts an article that is longer than the model's context."""
    count: Count
    max_new_tokens: int = MAX_NEW_TOKENS

    def __call__(self, story_ids: Sequence[str]) -> Timing:
        """Write the sections of these stories."""
        stories = self.store.stories(story_ids)
        recorder = Recorder(self.model, self.max_new_tokens)
        started = time.perf_counter()
        for story in stories:
            texts = [
                f"{each.revision.title}\n\n{each.revision.text}"
                for each in member_articles(self.store, story)
            ]
            article = self.fit(max(texts, key=len))
            for section in SECTIONS:
                prompt = section_prompt(section, article)
                recorder.generate([prompt], max_new_tokens=MAX_NEW_TOKENS)
        seconds = time.perf_counter() - started
        return recorder.timing(len(stories), seconds, self.count)


Side = Callable[[Sequence[str]], Timing]


class UnbatchedModels(Models):
    """Models of which the generator takes one prompt at a time, as `transformers` does it."""

    @cached_property
    def generator(self) -> Generator:
        """The generator of the plain way."""
        return PlainModel(self.settings, self.cache)


class UnbatchedWorkshop(Workshop):
    """A workshop with such a generator."""

    @cached_property
    def models(self) -> Models:
        """The models of the settings."""
        return UnbatchedModels(self.settings.models, self.cache)


@contextmanager
def open_ours(setup: Setup) -> Iterator[Side]:
    """Give the brief stage as shipped."""
    with ForgetfulStore.open(setup.home.database) as store:
        workshop = Workshop(setup.home, setup.settings, store, setup.cache)
        yield brief_side(workshop, store, setup.max_new_tokens)


@contextmanager
def open_unbatched(setup: Setup) -> Iterator[Side]:
    """Give the brief stage with each prompt in a call of its own."""
    with ForgetfulStore.open(setup.home.database) as store:
        workshop = UnbatchedWorkshop(setup.home, setup.settings, store, setup.cache)
        yield brief_side(workshop, store, setup.max_new_tokens)


@contextmanager
def open_plain(setup: Setup) -> Iterator[Side]:
    """Give the plain way."""
    with Store.open(setup.home.database) as store:
        model = PlainModel(setup.settings.models, setup.cache)
        warm_up(model)
        fit = partial(model.fitting, max_new_tokens=MAX_NEW_TOKENS)
        yield PlainSide(model, store, fit, model.count, setup.max_new_tokens)


def brief_side(workshop: Workshop, store: ForgetfulStore, max_new_tokens: int) -> BriefSide:
    """Return the brief stage with its models loaded; `store` is the workshop's."""
    warm_up(workshop.writing.generator)
    return BriefSide(workshop.writing, store, counter(workshop), max_new_tokens)


def warm_up(generator: Generator) -> None:
    """Have the model write a little: what torch sets up once is not for the first block to pay."""
    generator.generate(["Say hello."], max_new_tokens=4)


def counter(workshop: Workshop) -> Count:
    """Return what counts the tokens of the generator's tokenizer."""
    located = locate(workshop.settings.models.generator, "generator", workshop.cache)
    tokenizer: Any = load_tokenizer(located.folder, located.identity.id)

    def count(text: str) -> int:
        with quiet():
            return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    return count


def forget_memos() -> None:
    """Empty the function caches of the pipeline, which know sentences from earlier calls."""
    for name, module in list(sys.modules.items()):
        if name.startswith("pipeline."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def peak_mb() -> float:
    """Return the most memory that this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)
