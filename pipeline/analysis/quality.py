"""Whether a sentence can stand alone in a brief, and if not, why."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.analysis.clauses import may_state_something
from pipeline.analysis.names import names_in
from pipeline.analysis.stems import stem
from pipeline.analysis.surface import IMPERATIVES
from pipeline.text import Sentence, words

MIN_WORDS = 6
"""A shorter sentence says too little to be a claim: the shortest labelled what_changed sentence of
data/roles.jsonl has 7 words."""
MAX_WORDS = 60
"""A longer one is a list or a run-on, and takes a reader longer than a TL;DR may."""

_ENDS = re.compile(r"[.!?…][\"”’')\]]*$")
_URL = re.compile(
    r"https?://|www\.|[\w.+-]{1,64}@[\w-]{1,64}\.\w|\b[\w-]{1,64}\.(?:com|org|net|io)/"
)
_SITE = re.compile(
    r"\b(?:subscribe|newsletter|sign(?:ing)? up (?:for|to) (?:our|the|get)|"
    r"leave a (?:reply|comment)|"
    r"email address will not|required fields|read more|keep reading|read (?:the )?full|"
    r"follow us|share this|click (?:here|below)|cookies?\b.{0,40}\b(?:consent|accept|policy)|"
    r"terms of service|privacy policy|all rights reserved|advertisement|sponsored (?:by|content)|"
    r"in this (?:article|post|blog post|guide|tutorial|series)|opens in a new tab|originally "
    r"published|this (?:article|story|post) (?:was|has been|is|originally|first|appeared)|"
    r"join (?:\d[\d,]*|our|thousands)|photo(?:graph)?(?: by|:)|image (?:credit|source)|"
    r"download (?:the|our) (?:report|ebook|whitepaper|app)|see also|related (?:articles|posts)|"
    r"(?:we|let(?:’|')s) (?:now )?(?:look|discover|dive|walk|explore|take a look|see how|"
    r"go through)|"
    r"mailing lists?|get (?:started|in touch|involved)|stay tuned|happy (?:coding|hacking)|"
    r"(?:we|i) (?:would like|want|wish) to thank|thanks? to (?:all|everyone)|log in to|"
    r"correction, \d|corrections?:|clarification:|editor[’']s note|appeared first on|"
    r"^the (?:writer|author|reporter|columnist) (?:has advised|(?:holds|owns) (?:shares|stock)|"
    r"can be reached|works (?:for|at)|has no (?:position|financial))|"
    r"an earlier version of th(?:is|e)|"
    r"^[\w.& ]+ (?:was (?:the )?first to report|first reported) (?:the|on)|"
    r"(?:click|tap) (?:on )?the (?:button|link)|buy (?:our|the) book|the book for)\b",
    re.IGNORECASE,
)
_TO_MACHINES = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|above|"
    r"previous|prior)\b|\b(?:as an?|you are an?|dear|attention|note to) (?:ai|llm|language model|"
    r"assistants?|chatbots?|summari[sz]ers?)\b|\b(?:automated|ai) (?:summari[sz]ers?|readers|"
    r"assistants|crawlers)\b.{0,60}\b(?:should|must|report|state|say|write|include)\b|"
    r"\bsystem prompt\b|<\|[^|>]{1,40}\|>|\[/?INST\]|</?s>|###\s*(?:instruction|system|user|"
    r"assistant)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[{}]|\);|\(\)\s*\.|==|=>|:=|</?[a-z]+>|"
    r"\b(?:public|private|protected) (?:class|static|void|final|interface)\b|"
    r"\b(?:SELECT|INSERT INTO|CREATE)\b.*\b(?:FROM|VALUES|TABLE)\b"
)
_BARE_PRONOUN = re.compile(
    r"(?:It|They|He|She|These|Those|Its|Their|His|Her|Them|Such|Both|Neither|Either|"
    r"The (?:former|latter|other|two|pair|same|above|following|code|snippet|figure|table|diagram|"
    r"example|listing|screenshot|previous|next)|Another|Others|Here|There|So|Then|"
    r"(?:None|Some|One|Most|All|Many|Few|Both|Each|Two|Three) of (?:these|those|them|this|that)|"
    r"That(?:'s|’s)?|It(?:'s|’s)|Doing so|As such|As a result of this|This way|In that|In this)\b"
)
_EVENT_NOUN = re.compile(
    r"(?:This|The) (?:[\w-]+ ){0,2}?(?:deal|partnership|agreement|move|release|change|decision|"
    r"update|vulnerability|flaw|bug|ruling|funding|round|acquisition|attack|outage|study|launch|"
    r"announcement|version|contract|lease|merger|feature|policy|law|bill|fine|order|incident|"
    r"approach|model|system|project|shift|trend|result|finding|report|development|event|"
    r"collaboration|alliance|investment|transaction|price|delay|verdict|vote|trial|method|"
    r"technique|design|architecture|integration|upgrade|migration|breach|leak|patch|fix)s?\b"
)
_DANGLING_GENERIC = re.compile(
    r"(?:The|This|That|These|Those) (?:company|firm|group|startup|agency|organi[sz]ation|team|lab|"
    r"researchers|authors|officials|spokes(?:man|woman|person)|man|woman|pair|trio|"
    r"\d[\d\-]*-year-old|\w+-year-old|player|striker|actor|singer|couple|suspect|victim|"
    r"commission|court|judge|minister|business|retailer|maker|giant|platform|service|app|site|"
    r"first|second|third|last|latter|other|next)\b"
)
_THIS = re.compile(r"(?:This|That)\b")
_CONNECTIVE = re.compile(
    r"(?:However|But(?! for\b)|And|Or|Yet(?! another\b)|Meanwhile|Moreover|Furthermore|"
    r"Additionally|Therefore|Thus(?! far\b)|Hence|Consequently|Otherwise|Nevertheless|"
    r"Nonetheless|Indeed|"
    r"That said|Importantly|Unfortunately|Fortunately|Lastly|More importantly),?\s|"
    # without the comma these may be part of the statement: "Instead of", "First Solar"
    r"(?:In addition|Also|Similarly|Likewise|As a result|Instead|Still|Besides|Finally|"
    r"First(?:ly)?|Second(?:ly)?|Third(?:ly)?|For (?:example|instance)|In fact|In other words|"
    r"On the other hand|In contrast|By contrast|Overall|In conclusion|In summary|In short|"
    r"Specifically|Significantly|Notably|Of course|Rather|At the same time|To that end|"
    r"In particular|Again|Because of this|Looking ahead|Looking forward|Simply put|Put simply|"
    r"Clearly|Naturally|Crucially|Obviously),\s"
)


def starts_with_connective(text: str) -> int:
    """Return the length of a leading connective with its comma, 0 if there is none."""
    match = _CONNECTIVE.match(text)
    return match.end() if match else 0


_NARRATOR = re.compile(r"\b(?:I|I'm|I’m|I've|I’ve|me|[Mm]y)\b")
_FIRST_PERSON = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|[Uu]s(?=[ ,.])|[Ww]e're|[Ww]e’re|[Ww]e've|[Ww]e’ve)\b"
)
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_QUOTE_MARK = re.compile(r"(?P<opens>“|(?<![^\s(—–-])\")|[”\"]")
_ANY_QUOTED = re.compile(_QUOTED.pattern + r"|^‘.*’$")


@lru_cache(maxsize=65_536)
def text_flaws(text: str) -> frozenset[str]:
    """Return what keeps `text` from standing alone.

    `machine`, `site` and `code` make a sentence unfit for any use; the others only for being
    published as it stands: `short`, `long`, `open` (no final stop), `question`, `link`,
    `quote` (a quotation mark without its partner), `anaphora`, `connective`, `narrator` (I),
    `first_person` (we), `shouting`, `colon`, `unattributed` (a quotation by nobody).
    """
    count = len(words(text))
    outside = _QUOTED.sub(" ", text)
    letters = [c for c in text if c.isalpha()]
    narrator = bool(_NARRATOR.search(outside))
    found = {
        "machine": bool(_TO_MACHINES.search(text)),
        "site": bool(_SITE.search(text)),
        "code": bool(_CODE.search(text)),
        "short": count < MIN_WORDS,
        "long": count > MAX_WORDS,
        "open": not _ENDS.search(text),
        "question": text.rstrip("\"”’')").endswith("?"),
        "link": bool(_URL.search(text)),
        "quote": _unbalanced(text),
        "connective": bool(_CONNECTIVE.match(text)),
        "anaphora": is_anaphoric(text),
        "narrator": narrator,
        "first_person": not narrator and bool(_FIRST_PERSON.search(outside)),
        "shouting": len(letters) > 20 and sum(c.isupper() for c in letters) > 0.6 * len(letters),
        "colon": text.rstrip().endswith(":"),
        "unattributed": text[:1] in '“"‘' and not words(_ANY_QUOTED.sub(" ", text)),
    }
    return frozenset(name for name, flawed in found.items() if flawed)


def is_anaphoric(text: str) -> bool:
    """Return whether a sentence points at another one, mostly with its first words."""
    if _EVENT_NOUN.match(text):
        return False
    if _BARE_PRONOUN.match(text) or _THIS.match(text) or _DANGLING_GENERIC.match(text):
        return True
    return _pronoun_without_noun(text) or _points_back(text)


_POINTED = re.compile(r"\b(?:these|those) (?!days\b)(?P<noun>[a-z]{2,}s)\b")


def _points_back(text: str) -> bool:
    """True of `Any slip pushes those buyers back`, where no buyers were named before."""
    outside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    return any(
        stem(found["noun"]) not in map(stem, words(outside[: found.start()]))
        for found in _POINTED.finditer(outside)
    )


_PRONOUN = re.compile(
    r"\b(?:it|they|he|she)\b(?= (?:said|says|added|wrote|told|noted|argued|explained)\b)|"
    r"\b(?:it|they|he|she|them|him|its|their|his|her)\b"
)
_NOUN_MARK = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Ee]very|[Ee]ach|[Aa]ll|[Nn]o|[Ss]ome|[Mm]ost|[Mm]any)\b|\d"
)
_SAID = re.compile(r"\b(?:it|they|he|she) (?:said|says|added|wrote|told|noted|argued|explained)\b")
_NO_PLURAL = re.compile(
    r"(?:Under|In|At|On|By|For|From|With|Since|After|Before)(?: (?!and\b)[\w'’-]*[^\Ws'’-],?)+ "
)
"""Names nothing that `they` could stand for: `Under Dutch law they have five years`."""
PRONOUN_REACH = 6
"""Words from the start within which a pronoun is the subject, so that its noun must precede it."""


def _pronoun_without_noun(text: str) -> bool:
    """True of `If they are not, it will …` and of `…, it said` where nobody was named before."""
    outside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    for pattern, reach in ((_PRONOUN, PRONOUN_REACH), (_SAID, None)):
        match = pattern.search(outside)
        if match is None:
            continue
        before = outside[: match.start()]
        if reach is not None and len(words(before)) >= reach:
            continue
        if match[0] == "they" and _NO_PLURAL.fullmatch(before):
            return True
        named = names_in(before)
        if not named and (reach is None or not _NOUN_MARK.search(before)):
            return True
    return False


def sentence_flaws(sentence: Sentence) -> frozenset[str]:
    """Return `text_flaws`, and `structure` for what is no sentence.

    That is a heading, a table row, or a list item that is a fragment; it needs no final stop.
    """
    flaws = set(text_flaws(sentence.text))
    if sentence.kind in ("heading", "table_row"):
        flaws.add("structure")
    if sentence.kind == "list_item":
        flaws.discard("open")
        if (
            _NO_SUBJECT.match(sentence.text)
            or sentence.text[:1].islower()
            or sentence.text[-1:] in ";,"
            or not has_verb(sentence.text)
        ):
            flaws.add("structure")
    return frozenset(flaws)


def inside_quotation(text: str, start: int) -> bool:
    """Return whether the sentence at `start` lies in a quotation that its paragraph opened before.

    A block is a line. Such a sentence looks like a statement of the source, and is somebody's. A
    mark behind a word that no other opened stands for inches.
    """
    is_open = False
    for mark in _QUOTE_MARK.finditer(text, text.rfind("\n", 0, start) + 1, start):
        is_open = mark["opens"] is not None
    return is_open


def has_verb(text: str) -> bool:
    """Return whether a list item is a statement or an instruction, not a noun phrase.

    By closed lists: a fragment that slips through is only a clumsy claim, never a wrong one.
    """
    bare = re.sub(r"^[A-Z][\w’'\-/& ]{2,48}:\s+", "", text)
    first = words(bare)[:1]
    uncapped = bare[:1].lower() + bare[1:]
    return may_state_something(uncapped) or bool(first and first[0].lower() in IMPERATIVES)


_NO_SUBJECT = re.compile(
    r"(?:Cannot|Can|Can't|Can’t|Will|Won't|Won’t|Does|Is|Are|Has|Was|Were|Could|Should|May|Might|"
    r"Must|Requires|Needs|Provides|Allows|Supports|Enables|Adds|Uses|Includes)\b"
)
"""Beginnings of list items that continue a heading, which is not there."""

UNFIT = frozenset({"machine", "site", "code", "structure", "spoken"})
"""Flaws that bar a sentence from being evidence at all. `spoken` is that of `inside_quotation`."""


def _unbalanced(text: str) -> bool:
    if text.count("“") != text.count("”") or text.count('"') % 2:
        return True
    return text.count("(") != text.count(")")
