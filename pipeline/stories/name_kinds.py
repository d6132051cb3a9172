"""What a name is, as far as its sentences show: a product, an organisation, a person, a place.

A tag that follows a city as an organisation is wrong, and a playbook that addresses `customers of`
a person makes nonsense: a name without clear signs has no kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Literal

from pipeline.analysis.names import Name, name_key, names_in
from pipeline.stories.name_lists import (
    FIRST_NAMES,
    NO_NAMES,
    NUMBERED_WORDS,
    ORG_WORDS,
    ORGS,
    PLACE_WORDS,
    PLACES,
    PRODUCTS,
    WORK_WORDS,
    WORKS,
)

NameKind = Literal["product", "org", "person", "place", "other"]
"""`other`: a law, an event, a prize, a test."""

ENOUGH = 2
"""Votes that a kind needs: one chance neighbour (`inspired by Titan launched …`) is none."""
KNOWN_WEIGHT = 9
"""Votes of a name that stands in a list: more than the sentences of an article usually cast."""
SHAPE_WEIGHT = 2
"""Votes of the name's own words (`Corvane Labs`, `VX-9`): more than one chance neighbour."""

_VERSION_END = re.compile(r"[ -]v?(\d+(?:\.\d+)+(?:[-.]?(?:rc|alpha|beta)\d*)?)$", re.IGNORECASE)
_KEY_VERSION_END = re.compile(r"(?: \d+){2,}$")
_CVE = re.compile(r"cve \d|cve$")

_PRODUCT_NOUN = (
    r"accelerator|accounts?|add-on|agent|app|application|appliances?|assistant|blockchain|board|"
    r"browser|camera|chatbot|chip|chipset|client|compiler|connector|console|controller|crate|"
    r"database|dataset|device|distribution|distro|driver|drone|drug|earbuds|editor|engine|extension|"
    r"feature|firewall|firmware|framework|game|gateway|headphones|headset|IDE|kernel|kit|language|"
    r"laptop|library|malware|messenger|microchip|model|module|operating system|OS|package|phone|"
    r"platform|plug-?in|processor|program|programming language|protocol|release|robot|rocket|"
    r"router|runtime|SDK|server|service|smartphone|smartwatch|software|speaker|spreadsheet|"
    r"stablecoin|"
    r"suite|system|tablet|theme|tool|toolkit|vaccine|vehicle|VPN|watch|web framework|wallet|widget"
)
_ORG_NOUN = (
    r"agency|airline|automaker|bank|brand|broker|business|carmaker|carrier|charity|chipmaker|"
    r"clinic|company|conglomerate|consultancy|contractor|cooperative|corporation|developer|exchange|"
    r"firm|foundation|giant|group|hospital|hyperscaler|insurer|lab|laboratory|lender|maker|"
    r"manufacturer|nonprofit|operator|owner|parent|provider|publisher|regulator|retailer|rival|"
    r"school|seller|start-?up|studio|subsidiary|supplier|telco|union|university|utility|vendor|"
    r"watchdog|wholesaler"
)
_ORG_VERB = (
    r"acquire[sd]?|employs|laid off|lays off|launche[sd]|leases?|notified|open-?sourced|operates|"
    r"patched|posted|raise[sd]|released|rolled out|sells|shipped|unveil(?:s|ed)"
)
"""What companies do; people announce, sue and say as well."""
_ORG_DEED = (
    r"said it (?:will|would|had|has|was|is|plans|expects)|"
    r"(?:plans|agreed|expects) to (?:acquire|buy|cut|launch|list|open|release|sell|ship)|"
    r"(?:has|had|have) (?:acquired|been fined|laid off|launched|raised|released|unveiled)|"
    r"will (?:acquire|begin (?:volume )?ship\w+|lay off|lease|ship)"
)
"""What only companies do, in so many words."""
_PERSON_WORD = (
    r"actor|actress|aide|ambassador|analyst|artist|attorney|author|candidate|chairman|chairwoman|"
    r"chief|co-?founder|coach|comedian|commissioner|congress(?:man|woman)|dean|director|doctor|dr|"
    r"engineer|entrepreneur|founder|general|gov|governor|investor|journalist|judge|justice|lawyer|"
    r"leader|manager|mayor|minister|mr|mrs|ms|musician|nominee|officer|pope|president|prof|"
    r"professor|prosecutor|rep|reporter|representative|researcher|scientist|secretary|sen|senator|"
    r"singer|sir|spokes(?:man|woman|person)|writer|ceo|cto|cfo"
)

_NEIGHBOURS: tuple[tuple[NameKind, int, str, str], ...] = (
    (
        "product",
        2,
        rf"\b(?:(?:{_PRODUCT_NOUN})s?|(?:versions?|users|copies|installations?|instances?|releases?|"
        r"flaws?|bugs?|vulnerabilit(?:y|ies)|support|features?) (?:of|in|for)(?: the)?|running|"
        r"install(?:ing|ed)?|upgrad(?:e|ing) (?:to|from)|switch(?:ed|ing)? to|deploy(?:ing|ed)?) $",
        rf" (?:v?\d+\.\d|(?:{_PRODUCT_NOUN})s?\b(?! (?:maker|company)))|"
        r"(?:[’']s)? (?:users|installs?|instances|versions?|API|beta)\b|"
        rf"(?:,| is| was|, which is) (?:an?|the) (?:[\w-]+ ){{0,4}}?(?:{_PRODUCT_NOUN})\b",
    ),
    (
        "product",
        1,
        r"\b(?:launch(?:es|ed|ing)?|releas(?:es|ed|ing)|unveil(?:s|ed|ing)|introduc(?:es|ed|ing)|"
        r"open-?sourc(?:es|ed|ing)|ship(?:s|ped|ping)|using|(?:trained|tuned|based|built|runs?) on|"
        r"(?:its|their|[’']s) (?:new|latest|upcoming|flagship)) $|[’']s $",
        r"(?!)",
    ),
    (
        "org",
        2,
        rf"\b(?:{_ORG_NOUN}|(?:customers|clients|employees|shareholders|subsidiary|division|"
        r"shares|acquisition|takeover|purchase|CEO|chief executive|founder|owner) (?:of|at)|"
        r"(?:analysts?|developers?|engineers?|researchers?|scientists?) (?:at|from)|"
        r"(?:-based|-backed|-owned)) $",
        r"(?:[’']s)? (?:customers|employees|staff|workers|shareholders|board|chief|CEO|"
        r"headquarters|revenue|shares|stock|workforce|spokes\w+|executives?|founders?|subsidiary)\b|"
        rf"(?:,| is| was|, which is) (?:an?|the) (?:[\w-]+ ){{0,5}}?(?:{_ORG_NOUN})\b|"
        rf"-owned\b| (?:{_ORG_DEED})\b|, which (?:builds|develops|employs|makes|operates|sells)\b",
    ),
    ("org", 1, r"(?!)", rf" (?:{_ORG_VERB})\b|[’']s (?:[\w-]+ ){{0,2}}?(?:{_PRODUCT_NOUN})s?\b"),
    (
        "person",
        2,
        rf"\b(?:{_PERSON_WORD})\.? $",
        rf", (?:\d\d,|who\b|(?:an?|the|its|his|her) (?:[\w-]+ ){{0,3}}?(?:{_PERSON_WORD})\b|"
        rf"(?:{_PERSON_WORD})\b)|[’']s (?:wife|husband|lawyers?|campaign|presidency|"
        r"administration)\b| (?:testified|tweeted|pleaded|died|himself|herself)\b",
    ),
    (
        "place",
        2,
        r"\b(?:city|state|province|county|town|region|residents|people|government) of $",
        r", (?:Ala|Ariz|Ark|Calif|Colo|Conn|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|"
        r"N\.?C|N\.?J|N\.?Y|Nev|Ohio|Okla|Ore|Pa|S\.?C|Tenn|Texas|Va|Wash|Wis)\b",
    ),
    (
        "other",
        2,
        r"\b(?:benchmarks?|competition|conference|hurricane|operation)(?: called| like)? $",
        r" (?:benchmarks?|leaderboards?|evals?|conference|summit|olympiad|prize|act|bill|law|"
        r"treaty|accord|championships?|shootings?|hearings?|voters|era)\b",
    ),
)
"""Kind, votes, and what shows it right before and right behind a name."""
_VOTES = tuple(
    (kind, votes, re.compile(before, re.IGNORECASE), re.compile(behind, re.IGNORECASE))
    for kind, votes, before, behind in _NEIGHBOURS
)


def kinds_of(keys: Iterable[str], sentences: Iterable[str]) -> dict[str, NameKind]:
    """Return name key → kind for those of `keys` whose kind the sentences make clear.

    A trailing version is no part of a key: `quayside` stands for `Quayside 2.7.4` as well.
    """
    bare = {_KEY_VERSION_END.sub("", key) for key in keys} - NO_NAMES
    votes = {key: _own_votes(key) for key in bare}
    for surname in _surnames(bare):
        votes[surname]["person"] += SHAPE_WEIGHT + 1
    for sentence in sentences:
        for name in names_in(sentence):
            key = key_among(name.text, votes)
            if key is not None:
                votes[key].update(_neighbour_votes(sentence, name))
                votes[key]["org"] += SHAPE_WEIGHT * (key != bare_key(name.text))
                votes[key]["product"] += SHAPE_WEIGHT * (version_of(name.text) is not None)
            first, _, last = name.key.partition(" ")
            if first in FIRST_NAMES:  # `Ada Lindqvist`: so `Lindqvist` is she
                for called in {name.key, last, first} & set(votes):
                    votes[called]["person"] += KNOWN_WEIGHT
    return {key: kind for key, cast in sorted(votes.items()) if (kind := _winner(cast)) is not None}


def key_among(name: str, keys: Container[str]) -> str | None:
    """Return which of `keys` a name stands for, None for none.

    `Quayside 2.7.4` stands for `quayside`, and `Corvane Labs` for `corvane`.
    """
    tokens = bare_key(name).split()
    while tokens:
        if (key := " ".join(tokens)) in keys:
            return key
        if tokens.pop() not in ORG_WORDS:
            break
    return None


def bare_key(name: str) -> str:
    """Return the key of a name without the dotted version at its end."""
    return name_key(_VERSION_END.sub("", name))


def version_of(name: str) -> str | None:
    """Return the dotted version at a name's end: `2.7.4` of `Quayside 2.7.4`."""
    match = _VERSION_END.search(name)
    return match[1] if match else None


def _own_votes(key: str) -> Counter[NameKind]:
    votes: Counter[NameKind] = Counter()
    first, *rest = key.split()
    last = rest[-1] if rest else ""
    says_org = last in ORG_WORDS or (first in ORG_WORDS and rest[:1] == ["of"])
    if key in PLACES:
        votes["place"] += KNOWN_WEIGHT
    if key in ORGS or (first in ORGS and says_org):
        votes["org"] += KNOWN_WEIGHT
    if key in PRODUCTS:
        votes["product"] += KNOWN_WEIGHT
    if key in WORKS or last in WORK_WORDS or (rest and first in NUMBERED_WORDS):
        votes["other"] += KNOWN_WEIGHT
    elif last in PLACE_WORDS:
        votes["place"] += KNOWN_WEIGHT
    elif says_org:
        votes["org"] += SHAPE_WEIGHT
    if len(key) > 2 and any(c.isdigit() for c in key) and not _CVE.match(key):
        votes["product"] += SHAPE_WEIGHT
    return votes


def _surnames(keys: Iterable[str]) -> frozenset[str]:
    """Return the last words of two-word names whose first word never stands alone."""
    known = frozenset(keys)
    no_person = known | ORGS | PRODUCTS | PLACES | NO_NAMES
    pairs = [key.split() for key in known if key.replace(" ", "").isalpha()]
    return frozenset(
        pair[1]
        for pair in pairs
        if len(pair) == 2
        and pair[1] in known
        and pair[0] not in no_person
        and pair[1] not in ORG_WORDS
    )


@lru_cache(maxsize=65_536)
def _neighbour_votes(sentence: str, name: Name) -> Counter[NameKind]:
    before, after = sentence[max(0, name.start - 40) : name.start], sentence[name.end :]
    votes: Counter[NameKind] = Counter()
    for kind, weight, ahead, behind in _VOTES:
        if ahead.search(before) or behind.match(after[:80]):
            votes[kind] += weight
    return votes


def _winner(votes: Counter[NameKind]) -> NameKind | None:
    """Return the kind with enough votes and more than any other; two that tie say nothing."""
    ranked = votes.most_common(2)
    if not ranked or ranked[0][1] < ENOUGH or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
