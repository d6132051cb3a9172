"""The error tree, by subject. Every error carries the id of its subject and how to mend it.

::

    HalfminuteError
    ├── UsageError            a command line argument that cannot be honoured        exit 2
    ├── SettingsError         a configuration file or value                          exit 2
    ├── ResourceError         a shipped file (prompt, taxonomy, schema)              exit 1
    ├── SourceError           a feed, page or file; the other sources go on          exit 1
    │   ├── FetchError        the network or the server; `retryable` says whether to try again
    │   │   ├── BlockedHostError   a private address, refused without permission
    │   │   └── TooLargeError      more bytes than the cap
    │   ├── FeedError         bytes that are not a feed
    │   └── ExtractionError   a page or file without usable text
    ├── ModelError            a local model                                          exit 1
    │   ├── ModelNotFoundError    no such name, path or hub id                       exit 2
    │   ├── ModelPullError        a download or its hash
    │   └── AdapterError      a shipped adapter; the run goes on with its base
    └── StoreError            the database                                           exit 1
"""

from __future__ import annotations


class HalfminuteError(Exception):
    """Trouble with a name: `subject` is whose, `what` happened, and how to `mend` it."""

    exit_code = 1
    kind = "error"

    def __init__(self, subject: str, what: str, mend: str = "") -> None:
        self.subject = subject
        self.what = what
        self.mend = mend
        super().__init__(subject, what, mend)

    def __str__(self) -> str:
        """One line: `subject: what; mend`."""
        line = f"{self.subject}: {self.what}" + (f"; {self.mend}" if self.mend else "")
        return " ".join(line.split())


class UsageError(HalfminuteError):
    """A command line argument that cannot be honoured."""

    exit_code = 2
    kind = "usage"


class SettingsError(HalfminuteError):
    """A configuration file that cannot be read, or a value in it that makes no sense."""

    exit_code = 2
    kind = "settings"


class ResourceError(HalfminuteError):
    """A shipped file that is missing or malformed."""

    kind = "resource"


class SourceError(HalfminuteError):
    """One feed, page or file could not be used. The other sources go on."""

    kind = "source"
    retryable = False


class FetchError(SourceError):
    """The network or the server failed.

    `retryable` is True where trying again may help (a timeout, a reset, 429, 5xx), `retry_after` is
    the server's own wish in seconds, `status` the HTTP status where there was one.
    """

    kind = "fetch"

    def __init__(
        self,
        subject: str,
        what: str,
        mend: str = "",
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(subject, what, mend)
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status


class BlockedHostError(FetchError):
    """The host is, or resolves to, a loopback or private address."""

    kind = "blocked_host"


class TooLargeError(FetchError):
    """The decoded body is larger than the cap."""

    kind = "too_large"


class FeedError(SourceError):
    """The bytes are not a feed, or are one cut short."""

    kind = "feed"


class ExtractionError(SourceError):
    """No usable text could be taken from a page or file."""

    kind = "extraction"


class ModelError(HalfminuteError):
    """A local model could not be loaded or run."""

    kind = "model"


class ModelNotFoundError(ModelError):
    """A model name that is neither in the registry, nor a path, nor reachable on the hub."""

    exit_code = 2
    kind = "model_not_found"


class ModelPullError(ModelError):
    """A model's download failed, or its bytes do not have the publisher's hash."""

    kind = "model_pull"


class AdapterError(ModelError):
    """An adapter that is damaged or does not fit; `base` names the model to go on with."""

    kind = "adapter"

    def __init__(self, subject: str, what: str, mend: str = "", *, base: str = "") -> None:
        super().__init__(subject, what, mend)
        self.base = base


class StoreError(HalfminuteError):
    """The database cannot be opened, migrated or written."""

    kind = "store"
