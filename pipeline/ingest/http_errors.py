"""Failures of network and server in plain words, each with its mend.

Whether trying again may help is decided here and nowhere else.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpcore2
import httpx2

from pipeline.errors import BlockedHostError, FetchError, TooLargeError
from pipeline.ingest.content_coding import ContentCodingError
from pipeline.ingest.network import Deadline, RefusedHostError, ResolutionError

TRANSIENT_STATUSES: Final = frozenset({408, 421, 425, 429, 500, 502, 503, 504})
"""Statuses that RFC 9110 and 6585 describe as passing; 520 to 530 are Cloudflare's for the same."""

LATER: Final = "try again later"
CHECK: Final = "check the address, or remove the source"


@contextlib.contextmanager
def as_fetch_error(subject: str, host: str, deadline: Deadline, seconds: float) -> Iterator[None]:
    """Turn what the network raises while `subject` is fetched from `host` into a `FetchError`."""
    try:
        yield
    except RefusedHostError as error:
        raise _blocked(subject, error) from error
    except ResolutionError as error:
        raise _passing(subject, f"no address found for the host {error.host}", CHECK) from error
    except httpcore2.TimeoutException as error:
        raise _timeout(subject, host, error, deadline, seconds) from error
    except httpcore2.ConnectError as error:
        raise _unconnected(subject, host, error) from error
    except httpcore2.RemoteProtocolError as error:
        what = f"the answer of {host} was cut short or is no HTTP ({error})"
        raise _passing(subject, what, LATER) from error
    except (httpcore2.NetworkError, ssl.SSLError) as error:
        raise _passing(subject, f"the connection to {host} broke ({error})", LATER) from error
    except httpcore2.LocalProtocolError as error:
        raise bad_address(subject, str(error)) from error
    except ContentCodingError as error:
        if error.cut_short:
            raise _passing(subject, str(error), LATER) from error
        raise FetchError(subject, str(error), "tell the site's owner") from error


def bad_address(subject: str, why: str) -> FetchError:
    """Return the error for an address that cannot be fetched at all."""
    return FetchError(
        subject, f"is not an address to fetch ({why})", "write it as https://host/path"
    )


def bad_redirect(subject: str, what: str) -> FetchError:
    """Return the error for a redirect that leads nowhere."""
    return FetchError(subject, what, "open it in a browser and use the address it ends at")


def too_large(subject: str, max_bytes: int, announced: int | None) -> TooLargeError:
    """Return the error for a document above the cap; `announced` is its Content-Length."""
    size = f"has {announced:,} bytes" if announced is not None else "goes on"
    return TooLargeError(
        subject,
        f"{size}, more than the {max_bytes:,} allowed",
        "raise ingest.page_bytes or ingest.feed_bytes in the settings if it is meant",
    )


def bad_status(subject: str, status: int, headers: httpx2.Headers) -> FetchError:
    """Return the error for an answer that is no document."""
    name = _status_name(status)
    if status in TRANSIENT_STATUSES or 520 <= status <= 530:
        return FetchError(
            subject,
            f"the server answered {name}",
            LATER,
            retryable=True,
            retry_after=retry_after(headers),
            status=status,
        )
    if status in (404, 410):
        return FetchError(subject, f"not found ({name})", CHECK, status=status)
    if status in (401, 402, 403, 407, 451):
        mend = "it needs a login, a payment or a permission: use another source"
        return FetchError(subject, f"access refused ({name})", mend, status=status)
    return FetchError(subject, f"no document came back ({name})", CHECK, status=status)


def retry_after(headers: httpx2.Headers) -> float | None:
    """Return the wait in seconds that the server asks for, None where it asks for none.

    A date is measured against the server's own Date header, so a wrong clock here does no harm.
    """
    wish = headers.get("retry-after", "").strip()
    if wish.isdigit():
        return float(wish)
    try:
        until = parsedate_to_datetime(wish)
        return max(0.0, (until - parsedate_to_datetime(headers["date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None


def _passing(subject: str, what: str, mend: str) -> FetchError:
    return FetchError(subject, what, mend, retryable=True)


def _blocked(subject: str, error: RefusedHostError) -> BlockedHostError:
    at = "" if error.address == error.host else f" ({error.address})"
    return BlockedHostError(
        subject,
        f"{error.host} is a loopback or private address{at}",
        "pass --allow-private-hosts if it is meant",
    )


def _timeout(
    subject: str, host: str, error: Exception, deadline: Deadline, seconds: float
) -> FetchError:
    if deadline.remaining() <= 0:
        return _passing(subject, f"took longer than {seconds:g} s in all", LATER)
    doing = "connect" if isinstance(error, httpcore2.ConnectTimeout) else "answer"
    return _passing(subject, f"{host} did not {doing} in time", LATER)


def _unconnected(subject: str, host: str, error: Exception) -> FetchError:
    cause = error.args[0] if error.args else None  # httpcore2 wraps it there, and drops __cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = cause.verify_message
        return FetchError(subject, f"the certificate of {host} is not valid ({why})", CHECK)
    if isinstance(cause, ssl.SSLError):
        return _passing(subject, f"no secure connection to {host} ({cause.reason})", CHECK)
    if isinstance(cause, ConnectionRefusedError):
        return _passing(subject, f"{host} refused the connection", CHECK)
    return _passing(subject, f"cannot connect to {host} ({error})", CHECK)


def _status_name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
