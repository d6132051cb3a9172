"""Build the parts of a run from settings: the one place, besides tests, where they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path

from pipeline.analysis.roles import RoleHead
from pipeline.brief.advice.playbooks import Playbooks
from pipeline.brief.support import Support
from pipeline.console import say
from pipeline.errors import AdapterError
from pipeline.home import Home
from pipeline.ingest.fetch import HttpFetcher
from pipeline.ingest.pool import ExtractionPool
from pipeline.local_models import load_encoder, load_entailment, load_generator, load_reader
from pipeline.protocols import Encoder, Entailment, Generator, Progress, no_progress
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.briefs import Writing
from pipeline.stages.stories import Reading, encode_once
from pipeline.store import Store
from pipeline.stories.tags import Taxonomy

Route = Mapping[str, tuple[str, int]]
"""Host → (address, port) to connect to in its place."""


@dataclass(frozen=True)
class Models:
    """The models that the settings name, pulled when they are missing, each loaded once."""

    settings: ModelSettings
    cache: Path
    progress: Progress = no_progress

    @cached_property
    def encoder(self) -> Encoder:
        """Turns texts into vectors."""
        name, device = self.settings.encoder, self.settings.device
        return load_encoder(name, self.cache, device=device, progress=self.progress)

    @cached_property
    def generator(self) -> Generator:
        """Writes; where a shipped adapter cannot be used, that is told and its base writes."""
        try:
            return self._generator(self.settings.generator)
        except AdapterError as error:
            say(f"{error}; going on with {error.base}")
            return self._generator(error.base)

    def _generator(self, name: str) -> Generator:
        return load_generator(
            name,
            self.cache,
            device=self.settings.device,
            dtype=self.settings.dtype,
            progress=self.progress,
        )

    @cached_property
    def entailment(self) -> Entailment | None:
        """Checks as well; None where the settings name none."""
        name, device = self.settings.entailment, self.settings.device
        if name is None:
            return None
        return load_entailment(name, self.cache, device=device, progress=self.progress)

    @cached_property
    def support(self) -> Support:
        """Scores how far evidence bears a sentence out.

        Raises:
            ResourceError: its head was trained on another model.
        """
        reader = load_reader(self.cache, device=self.settings.device, progress=self.progress)
        return Support.shipped(self.encoder, reader, self.entailment)


@dataclass(frozen=True)
class Workshop:
    """The parts of a run; models are loaded when they are first asked for."""

    home: Home
    settings: Settings
    store: Store
    cache: Path
    allow_private_hosts: bool = False
    route: Route = field(default_factory=dict)
    progress: Progress = no_progress

    @contextmanager
    def ingest_means(self) -> Iterator[tuple[HttpFetcher, ExtractionPool]]:
        """Give a fetcher and an extraction pool, and close them afterwards."""
        with (
            HttpFetcher(
                self.settings.ingest,
                allow_private_hosts=self.allow_private_hosts,
                connect_to=self.route,
            ) as fetcher,
            ExtractionPool(self.settings.ingest) as extractor,
        ):
            yield fetcher, extractor

    @cached_property
    def models(self) -> Models:
        """The models of the settings."""
        return Models(self.settings.models, self.cache, self.progress)

    @cached_property
    def reading(self) -> Reading:
        """The means of analysis."""
        return Reading(self.store, self.models.encoder, RoleHead.shipped())

    @cached_property
    def writing(self) -> Writing:
        """The means of writing briefs."""
        taxonomy = Taxonomy.shipped(partial(encode_once, self.reading, "topics"))
        topics = frozenset(topic.slug for topic in taxonomy.topics)
        return Writing(
            self.reading,
            self.models.generator,
            self.models.support.score,
            taxonomy,
            self.settings.models.batch_size,
            Playbooks.load(self.home.playbooks_file, topics),
            self.models.support.foresee,
            self.models.support.models,
        )


@contextmanager
def open_workshop(
    home: Home,
    settings: Settings,
    cache: Path,
    *,
    allow_private_hosts: bool = False,
    route: Route | None = None,
    progress: Progress = no_progress,
) -> Iterator[Workshop]:
    """Open the home's store and give the workshop around it.

    Raises:
        StoreError: the home cannot be made, or its database not be opened.
    """
    with Store.open(home.database) as store:
        yield Workshop(home, settings, store, cache, allow_private_hosts, route or {}, progress)


def torch_version() -> str:
    """Return the installed torch's version without loading it."""
    return version("torch").split("+")[0]
