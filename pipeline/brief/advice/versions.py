"""Which version of a sentence is the new one, and which the one with the flaw."""

from __future__ import annotations

import re

GOVERNED_WITHIN = 60
"""Code points before or behind a version in which its verb is looked for: about ten words."""

_VERSION = re.compile(r"(?<![\w.$€£%])v?\d+(?:\.\d+)+(?:[-.]?(?:rc|alpha|beta)\d*)?(?![\w%]|\.\d)")
_NO_VERSION = re.compile(
    r"\s*(?:%|per ?cent\b|(?:hundred|thousand|million|billion|trillion|times|points?|[kmgt]?bps|"
    r"[kmgt]b|[kmg]w|hours?|days?|years?|months?|inch(?:es)?|out of)\b)",
    re.IGNORECASE,
)
_NEW_BEFORE = re.compile(
    r"\b(?:fix(?:ed|es)?|patch(?:ed|es)?|address(?:ed|es)|resolv(?:ed|es)|correct(?:ed|s)|"
    r"clos(?:ed|es)|upgrad(?:e|es|ed|ing) to|updat(?:e|es|ed|ing) to|mov(?:e|es|ed|ing) to|"
    r"releas(?:e of|ed?|es|ing)|announc(?:e|es|ed|ing)|publish(?:ed|es)|ship(?:s|ped)|"
    r"unveil(?:s|ed)|launch(?:es|ed)|new version)\b",
    re.IGNORECASE,
)
_NEW_BEHIND = re.compile(
    r"(?:,[^,]{1,60},)?\s+(?:fixes|closes|patches|adds|brings|removes|drops|deprecates|supports|"
    r"includes|resolves|(?:contains?|includes?) (?:an? |the )?fix|is (?:now )?(?:out|available)|"
    r"is here|ships|arrives|"
    r"(?:was|has been|is) (?:now )?(?:released|published)|(?:generally )?available|released|"
    r"release (?:is|fixes|adds|brings))\b",
    re.IGNORECASE,
)
_OLD_BEFORE = re.compile(
    r"\b(?:before|prior to|earlier than|older than|through|up to|until|affect(?:s|ed|ing)?|"
    r"vulnerable|"
    r"introduced in|since|starting with|as of|from|between|compromised|malicious|backdoored|"
    r"poisoned|hijacked|trojani[sz]ed|support for|upgraded? from|running|flaws? in|bugs? in|"
    r"vulnerabilit(?:y|ies) in|unlike|than)\b",
    re.IGNORECASE,
)
_OLD_BEHIND = re.compile(
    r"\s*(?:,|\()?\s*(?:(?:and|or|&) (?:earlier|below|older|lower|prior)|(?:is|are|was|were) "
    r"(?:\w+ )?(?:affected|vulnerable|compromised|malicious|backdoored|poisoned|hijacked)|"
    r"(?:contain(?:s|ed)?|includ(?:es|ed)) (?:\w+ ){0,2}(?:malicious|malware|backdoor|flaw|bug)|"
    r"(?:has|have|had) (?:a|an|the) \w*\s?(?:flaw|bug|vulnerability|backdoor))",
    re.IGNORECASE,
)


def version_in(sentence: str, *, affected: bool) -> str | None:
    """Return the one version that is new (or affected), None where that is not clear."""
    roles: dict[str, set[bool | None]] = {}
    for match in _VERSION.finditer(sentence):
        if not _NO_VERSION.match(sentence, match.end()):
            role = _is_affected(sentence, match.start(), match.end())
            roles.setdefault(match[0].removeprefix("v"), set()).add(role)
    if any(None in told or len(told) > 1 for told in roles.values()):
        return None
    wanted = [text for text, told in roles.items() if told == {affected}]
    return wanted[0] if len(wanted) == 1 else None


def _is_affected(sentence: str, start: int, end: int) -> bool | None:
    """Return whether a version is the affected one, False for the new one, None if unclear."""
    before = sentence[max(0, start - GOVERNED_WITHIN) : start]
    behind = sentence[end : end + GOVERNED_WITHIN]
    if _OLD_BEHIND.match(behind):
        return True
    if _NEW_BEHIND.match(behind):
        return False
    old = max((m.end() for m in _OLD_BEFORE.finditer(before)), default=-1)
    new = max((m.end() for m in _NEW_BEFORE.finditer(before)), default=-1)
    return None if old == new else old > new
