"""The hub as a carrier: what a repository holds, and its files, through huggingface_hub."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import ModelError, ModelNotFoundError, ModelPullError

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository; `sha256` is known for large files only."""

    size: int
    sha256: str | None


@dataclass(frozen=True)
class HubListing:
    """A repository at one commit."""

    revision: str
    license: str | None
    files: Mapping[str, HubFile]


@dataclass(frozen=True)
class Hub:
    """The hub at `endpoint`; None is its library's choice (HF_ENDPOINT, or the public)."""

    endpoint: str | None = None
    patience: float = 4.0
    """Seconds within which the hub has to answer the first question, name look-up included."""

    def describe(self, repo: str, revision: str | None) -> HubListing:
        """Return what `repo` holds at `revision` (a branch, tag or commit; None: the default).

        Raises:
            ModelNotFoundError: no such repository or revision, or no answer in time.
            ModelError: the repository is not open to this user.
        """
        from huggingface_hub import HfApi
        from huggingface_hub.errors import (
            GatedRepoError,
            HFValidationError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )

        name = f"{repo}@{revision}" if revision else repo
        api = HfApi(endpoint=self.endpoint)
        offline = "connect to the network, or name a registry model or a model folder"
        try:
            info = _within(
                self.patience,
                lambda: api.model_info(
                    repo, revision=revision, files_metadata=True, timeout=self.patience
                ),
            )
        except GatedRepoError as error:
            raise ModelError(
                name, "is gated on the hub", "accept its terms there and set HF_TOKEN"
            ) from error
        except RepositoryNotFoundError as error:
            raise ModelNotFoundError(
                name, "no such model on the hub", "check the spelling; a private one needs HF_TOKEN"
            ) from error
        except (RevisionNotFoundError, HFValidationError) as error:
            raise ModelNotFoundError(
                name, "no such revision or name on the hub", "check the spelling"
            ) from error
        except TimeoutError as error:
            what = f"the hub gave no answer within {self.patience:g} s"
            raise ModelNotFoundError(name, what, offline) from error
        except Exception as error:  # whatever the HTTP client of huggingface_hub raises
            what = f"the hub cannot be reached ({_first_line(error)})"
            raise ModelNotFoundError(name, what, offline) from error
        files = {
            sibling.rfilename: HubFile(
                sibling.size or 0, sibling.lfs.sha256 if sibling.lfs else None
            )
            for sibling in info.siblings or ()
        }
        return HubListing(info.sha or "", _license_of(info), files)

    def download(
        self, repo: str, revision: str, file: str, folder: Path, on_bytes: Callable[[int], None]
    ) -> Path:
        """Bring one file of the commit `revision` into `folder` and return its path.

        An interrupted download goes on where it stopped. `on_bytes` is called with the bytes of
        each piece.

        Raises:
            ModelPullError: the transfer failed.
        """
        from huggingface_hub import hf_hub_download

        try:
            with _quiet_hub():
                path = hf_hub_download(
                    repo,
                    file,
                    revision=revision,
                    local_dir=folder,
                    endpoint=self.endpoint,
                    tqdm_class=_counting_bar(on_bytes),
                )
        except Exception as error:  # the HTTP client's, the Xet client's, the file system's
            what = f"the hub did not deliver {file} ({_first_line(error)})"
            raise ModelPullError(repo, what, "try again") from error
        return Path(path)


def _within(seconds: float, question: Callable[[], Answer]) -> Answer:
    """Return the answer to `question`, or raise TimeoutError.

    A thread, because the operating system's name look-up heeds no timeout of ours.
    """
    answers: list[Answer] = []
    errors: list[Exception] = []

    def ask() -> None:
        try:
            answers.append(question())
        except Exception as error:  # noqa: BLE001 - raised again by the asking thread
            errors.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError
    return answers[0]


def _counting_bar(on_bytes: Callable[[int], None]) -> type[Any]:
    """Return a tqdm class that shows nothing and hands its steps to `on_bytes`."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class CountingBar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.pop("name", None)  # that of huggingface_hub's own bar
            super().__init__(*args, **{**kwargs, "disable": True})
            on_bytes(int(kwargs.get("initial") or 0))

        def update(self, n: float | None = 1) -> None:
            on_bytes(int(n or 0))

    return CountingBar


@contextlib.contextmanager
def _quiet_hub() -> Iterator[None]:
    """Keep huggingface_hub's warnings off stderr: what matters comes back as an error."""
    import huggingface_hub.utils

    logging: Any = huggingface_hub.utils.logging  # not typed
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _license_of(info: Any) -> str | None:
    """Return the license that the model card states."""
    license_name = getattr(info.card_data, "license", None)
    return license_name if isinstance(license_name, str) else None


def _first_line(error: Exception) -> str:
    """Return the first line of an error's message, else the name of its type."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
