"""Web addresses: canonical keys, safe display, and links that scroll to a quote.

A key (`url_key`) says which document is meant and is only compared and hashed; the address that is
fetched or shown is always the one the source stated.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

TRACKING_PARAMETER: Final = re.compile(
    r"""(?ix) ^ (?:
      (?: utm | mc | pk | mtm | hsa | vero | oly ) _ .+
    | at_(?: medium | campaign.* | custom\d | link_.* | format | ptr_.* | bbc_team )
    | fbclid | g(?:clid|clsrc|braid) | wbraid | dclid | msclkid | yclid | twclid | ttclid
    | li_fat_id | igsh(?:id)? | _hs(?:enc|mi) | hsctatracking | mkt_tok | sc_cid | s_cid | cmpid
    | ocid | ncid | ref_(?:src|url) | guccounter | guce_referrer(?:_sig)? | sr_share | smid | ftag
    ) $""",
)
"""Query parameters that say how a reader came, never which document is shown: campaign names
(Google, Mailchimp, Matomo, HubSpot, Vero, Omeda, AT Internet), click ids of advertising networks,
and the referrer marks of Twitter, Yahoo, MSN, CBS, the New York Times and Adobe Analytics."""

_GHOST_REFERRER: Final = re.compile(r"(?i)^(?:[a-z0-9-]+\.)+[a-z]{2,}$")
"""Ghost adds `ref=<the linking site>`; any other `ref` (a git branch, a product) is meant."""

_SECRET_WORDS: Final = frozenset(
    {"apikey", "auth", "authkey", "authorization", "authtoken", "credential", "jwt"}
    | {
        "accesskey",
        "accesstoken",
        "key",
        "pass",
        "passwd",
        "password",
        "pwd",
        "secret",
        "secretkey",
    }
    | {"session", "sessionid", "sid", "sig", "signature", "token"}
)
_USERINFO: Final = re.compile(r"(?<=://)[^/?#\s]*@")
_PARAMETER: Final = re.compile(r"(?<=[?&;#])([^=&;#?\s]+)=([^&;#\s]+)")
_WORD_BORDER: Final = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])")

EXACT_FRAGMENT_LIMIT: Final = 300
"""A longer quote is given as its first and last words. Chrome's own "copy link to highlight"
changes to a range at the same length (`kExactTextMaxChars`)."""
RANGE_WORDS: Final = 6
"""Words at each end of a range. Chrome starts with 3 and adds words until the range is unique on
the page, which we cannot see from here: twice its first try."""

_MARKUP_PREFIX: Final = re.compile(r"^(?:## |- |> )+")
_BLOCK_BORDER: Final = re.compile(r"\n| \| ")


def is_web_url(text: str) -> bool:
    """Return True for an absolute http or https address with a host."""
    parts = _split(text)
    return parts is not None and parts.scheme in DEFAULT_PORTS and bool(_host(parts))


def url_key(url: str) -> str:
    """Return the key under which `url` is known: equal keys mean the same document.

    Host in lower case and IDNA, default port, user, fragment and tracking parameters removed,
    query sorted, escapes normalised. `url_key(url_key(x)) == url_key(x)`. A text that is no web
    address comes back trimmed.
    """
    text = "".join(url.split())
    if not is_web_url(text):
        return text
    parts = urlsplit(canonicalize_url(text))
    # canonicalize_url reads a query as form data, so a second parse and print changes nothing more
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if not _is_tracking(name, value)]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept, errors="surrogateescape")
    bare = urlunsplit((parts.scheme, _authority(parts), parts.path or "/", query, ""))
    return canonicalize_url(bare)


def host_of(url: str) -> str:
    """Return the host in lower case without port and trailing dot, empty where there is none."""
    parts = _split(url)
    return _host(parts) if parts is not None else ""


def same_site(a: str, b: str) -> bool:
    """Return True when both addresses belong to one registered domain (or are the same host)."""
    sites = {_registered_domain(host_of(url)) for url in (a, b)}
    return len(sites) == 1 and "" not in sites


def redact(text: str) -> str:
    """Return `text` with the secrets of every address in it as `***`.

    Secrets are the user part (`https://name:word@`) and the values of parameters whose name has a
    word such as key, token, password, auth or sig.
    """
    text = _USERINFO.sub("***@", text)
    return _PARAMETER.sub(lambda m: f"{m[1]}=***" if _is_secret(m[1]) else m[0], text)


def text_fragment_url(url: str, quote_text: str) -> str:
    """Return `url` with a fragment that makes a browser scroll to `quote_text` and mark it.

    A long quote, or one that spans blocks or table cells, becomes `start,end` on word borders.
    """
    base = url.split(":~:", 1)[0].removesuffix("#")
    chunks = [_MARKUP_PREFIX.sub("", part).split() for part in _BLOCK_BORDER.split(quote_text)]
    chunks = [words for words in chunks if words]
    if not chunks:
        return base
    first, last = chunks[0], chunks[-1]
    if len(chunks) == 1 and len(" ".join(first)) <= EXACT_FRAGMENT_LIMIT:
        directive = _fragment_escape(first)
    else:
        # ends that overlap would never be found one after the other
        room = RANGE_WORDS if len(chunks) > 1 else min(RANGE_WORDS, len(first) // 2)
        if room == 0:
            return base + _directive_mark(base) + _fragment_escape(first)
        directive = f"{_fragment_escape(first[:room])},{_fragment_escape(last[-room:])}"
    return base + _directive_mark(base) + directive


def _directive_mark(base: str) -> str:
    return ":~:text=" if "#" in base else "#:~:text="


def _fragment_escape(words: list[str]) -> str:
    # "-" marks prefix and suffix terms in a text directive, and quote() leaves it alone
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _authority(parts: SplitResult) -> str:
    host = _host(parts)
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port is None or port == DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"


def _is_tracking(name: str, value: str) -> bool:
    if TRACKING_PARAMETER.match(name):
        return True
    if name.lower() == "ref":
        return bool(_GHOST_REFERRER.match(value))
    # Medium marks links out of its feeds with source=rss----<id>
    return name.lower() == "source" and value.lower().startswith("rss")


def _is_secret(name: str) -> bool:
    words = {word.lower() for word in _WORD_BORDER.split(unquote(name)) if word}
    return bool(words & _SECRET_WORDS) or unquote(name).lower() in _SECRET_WORDS


def _registered_domain(host: str) -> str:
    try:
        return ipaddress.ip_address(host).compressed
    except ValueError:
        pass
    from tld import get_fld  # its public suffix list takes 0.2 s to load, and most runs need none

    known = get_fld(host, fail_silently=True, fix_protocol=True, search_private=True)
    return str(known) if known else ".".join(host.split(".")[-2:])
