"""What a name is: a product, an organisation, a person or a place, as far as its sentences show.

A playbook addresses `teams that run {product}` or `customers of {org}`: a name of the wrong kind
there makes nonsense, so a name without clear signs has no kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable
from typing import Literal

from pipeline.analysis.names import Name, name_key, names_in
from pipeline.stories.profile import GENERIC_NAMES
from pipeline.stories.tags import ORG_WORDS

NameKind = Literal["product", "org", "person", "place"]

ENOUGH = 2
"""Votes that a kind needs: one chance neighbour (`inspired by Titan launched …`) is none."""
KNOWN_WEIGHT = 9
"""Votes of a name that stands in a list: more than the sentences of an article usually cast."""
SHAPE_WEIGHT = 2
"""Votes of the name's own words (`Corvane Labs`, `VX-9`): more than one chance neighbour."""

_VERSION_END = re.compile(r"[ -]v?(\d+(?:\.\d+)+(?:[-.]?(?:rc|alpha|beta)\d*)?)$", re.IGNORECASE)
_KEY_VERSION_END = re.compile(r"(?: \d+){2,}$")
_CVE = re.compile(r"cve \d|cve$")

# The lists of names hold what technology news takes for granted and does not explain; everything
# else must show its kind in the text.
_ORGS = frozenset(
    """
    adobe alibaba alphabet amazon amd anthropic apple arm asml at&t baidu bbc bloomberg boeing
    broadcom bytedance cia cisa cisco cloudflare coreweave crowdstrike darpa deepmind dell
    doj epa epic ericsson europol fbi fcc fda foxconn ftc gchq goldman google hp huawei ibm ikea
    intel lockheed lyft meta micron microsoft mit mozilla nasa nhs nintendo nist nokia nsa nvidia
    openai oracle palantir panasonic pentagon qualcomm reuters samsung sap sec softbank sony
    spacex stanford stripe tencent tesla toyota tsmc uber unesco verizon visa volkswagen walmart
    waymo xai xiaomi
    """.split()
)
_PRODUCTS = frozenset(
    """
    airpods alexa android azure chatgpt chrome chromeos claude copilot debian docker edge excel
    facebook fedora firefox gemini github gitlab gmail grok instagram ios ipad ipados iphone java
    javascript jenkins kubernetes linux llama macbook macos messenger mongodb mysql netflix node.js
    outlook photoshop playstation postgresql powerpoint python pytorch reddit redis rust safari
    sharepoint siri slack snapchat spotify steam telegram tensorflow tiktok twitch twitter
    typescript ubuntu vscode whatsapp windows wordpress xbox youtube
    """.split()
)
PLACES = frozenset(
    """
    africa alabama alaska amsterdam arizona arkansas asia atlanta austin australia austria bangalore
    barcelona beijing belgium berlin boston brazil britain brussels california canada chicago chile
    china colorado connecticut czechia dallas delaware denmark denver detroit dubai dublin egypt
    england estonia eu europe finland florida france frankfurt georgia germany greece hawaii houston
    hungary iceland idaho illinois india indiana indonesia iowa iran ireland israel italy japan
    kansas kentucky kenya kyiv latvia lisbon lithuania london louisiana luxembourg madrid maine
    malaysia maryland massachusetts melbourne mexico miami michigan minneapolis minnesota
    mississippi missouri montana montreal moscow mumbai munich nebraska netherlands
    nevada nigeria norway ohio oklahoma ontario oregon oslo pakistan paris pennsylvania
    philadelphia phoenix poland portland
    portugal quebec romania rome russia scotland seattle seoul shanghai shenzhen singapore spain
    stockholm sweden switzerland sydney taiwan tennessee texas thailand tokyo toronto turkey uk
    ukraine us utah vermont vienna vietnam virginia wales warsaw washington wisconsin wyoming zurich
    """.split()
) | frozenset(
    (
        "united states", "united kingdom", "european union", "south korea", "north korea",
        "south africa", "saudi arabia", "united arab emirates", "new zealand", "new york",
        "new york city", "new jersey", "new mexico", "new hampshire", "new delhi", "north carolina",
        "south carolina", "north dakota", "south dakota", "west virginia", "rhode island",
        "san francisco", "los angeles", "san diego", "san jose", "las vegas", "hong kong",
        "great britain", "british columbia", "silicon valley",
    )
)  # fmt: skip
"""Countries, states and large cities, by key."""
_FIRST_NAMES = frozenset(
    """
    aaron adam alan albert alex alexander alice amanda amy andrea andrew andy angela ann anna anne
    anthony arthur barack barbara ben benjamin bernie bill bob brad brian bruce carl carlos carol
    caroline charles charlie chris christine christopher claire craig daniel dave david deborah
    dennis diana donald doug ed edward elizabeth elon emily emma eric erik evan frank fred gary
    george gordon greg hannah harry helen henry hillary howard ian jack jacob jake james jamie jane
    jason jeff jeffrey jennifer jeremy jerry jessica jim joe joel john jon jonathan joseph josh
    joshua juan judy julia julie justin karen kate kathy keith kelly ken kenneth kevin
    kim kyle larry laura lauren lee leo linda lisa louis lucas luke maria marie mark martha
    martin mary matt matthew max megan michael michelle miguel mike mitch mitt nancy natalie
    nathan neil nick nicholas nicole oliver olivia pat patricia patrick paul peter phil philip
    rachel ralph ray rebecca richard rick rob robert robin roger ron ronald rupert russell ruth
    ryan sam samuel sandra sara sarah satya scott sean sergey seth sharon sheryl simon sophie
    stephen steve steven stuart sundar susan ted terry thomas tim timothy todd tom tony victoria
    vladimir walter warren wendy william
    """.split()
)
NO_NAMES = (
    GENERIC_NAMES
    | frozenset(
        """
        5g alzheimer bitcoin congress covid crispr cve ddos dna ethereum federal government
        internet iot mrna nft nfts rna senate ui vr wifi
        """.split()
    )
    | {"covid 19", "soc 2", "supreme court", "wall street", "wi fi", "white house"}
) - PLACES
"""Written like names, but of kinds of things."""

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
    r"acquire[sd]?|employs|laid off|lays off|leases?|notified|operates|posted|raise[sd]|sells|"
    r"has (?:acquired|laid|raised)|will (?:acquire|lay|lease)"
)
"""What companies do; people announce, sue and say as well."""
_PERSON_WORD = (
    r"actor|analyst|attorney|author|chairman|chairwoman|chief|co-?founder|coach|commissioner|"
    r"congress(?:man|woman)|director|doctor|dr|engineer|entrepreneur|founder|general|gov|governor|"
    r"investor|journalist|judge|justice|lawyer|leader|manager|mayor|minister|mr|mrs|ms|musician|"
    r"officer|president|prof|professor|prosecutor|rep|reporter|representative|researcher|scientist|"
    r"secretary|sen|senator|singer|sir|spokes(?:man|woman|person)|writer|ceo|cto|cfo"
)

_NEIGHBOURS: tuple[tuple[NameKind, int, str, str], ...] = (
    (
        "product",
        2,
        rf"\b(?:(?:{_PRODUCT_NOUN})s?|(?:versions?|users|copies|installations?|instances?|releases?|"
        r"flaws?|bugs?|vulnerabilit(?:y|ies)|support|features?) (?:of|in|for)(?: the)?|running|"
        r"install(?:ing|ed)?|upgrad(?:e|ing) (?:to|from)|switch(?:ed|ing)? to|deploy(?:ing|ed)?) $",
        rf"(?:[’']s)? (?:v?\d+\.\d|(?:{_PRODUCT_NOUN})s?\b(?! (?:maker|company))|"
        rf"(?:users|installs?|instances|versions?|API|release|beta)\b)|"
        rf"(?:,| is| was|, which is) (?:an?|the) (?:[\w-]+ ){{0,4}}?(?:{_PRODUCT_NOUN})\b",
    ),
    (
        "org",
        2,
        rf"\b(?:{_ORG_NOUN}|(?:customers|clients|employees|shareholders|subsidiary|division|"
        r"shares|acquisition|takeover|purchase) (?:of|at)) $",
        r"(?:[’']s)? (?:customers|employees|staff|workers|shareholders|board|chief|CEO|"
        r"headquarters|revenue|shares|stock|workforce|spokes\w+|executives?|founders?|subsidiary)\b|"
        rf"(?:,| is| was|, which is) (?:an?|the) (?:[\w-]+ ){{0,5}}?(?:{_ORG_NOUN})\b|-owned\b",
    ),
    ("org", 1, r"(?!)", rf" (?:{_ORG_VERB})\b"),
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
        r", (?:Calif|Texas|Ohio|Va|Md|Fla|Mass|N\.?Y)\b",
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
    for sentence in sentences:
        for name in names_in(sentence):
            key = key_among(name.text, votes)
            if key is not None:
                votes[key].update(_neighbour_votes(name, sentence))
                votes[key]["org"] += SHAPE_WEIGHT * (key != bare_key(name.text))
            first, _, last = name.key.partition(" ")
            if first in _FIRST_NAMES:  # `Ada Lindqvist`: so `Lindqvist` is she
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
    tokens = set(key.split())
    if key in PLACES:
        votes["place"] += KNOWN_WEIGHT
    if key in _ORGS or (key.split()[0] in _ORGS and tokens & ORG_WORDS):
        votes["org"] += KNOWN_WEIGHT
    if key in _PRODUCTS:
        votes["product"] += KNOWN_WEIGHT
    if tokens & ORG_WORDS:
        votes["org"] += SHAPE_WEIGHT
    if len(key) > 2 and any(c.isdigit() for c in key) and not _CVE.match(key):
        votes["product"] += SHAPE_WEIGHT
    return votes


def _neighbour_votes(name: Name, sentence: str) -> Counter[NameKind]:
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
