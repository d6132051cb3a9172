"""Surface features of a sentence: cue words, shape and mood. Input of the role head."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from pipeline.text import words

# Each pattern counts as one feature, min(count, 2) / 2. The lists were written with the labelled
# sentences of data/roles.jsonl at hand; what each adds is in docs/roles.md.
_CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, flags)
    for name, pattern, flags in (
        (
            "hedge",
            r"\b(?:may|might|could|would|likely|unlikely|expect(?:s|ed)?|anticipates?|possibly|"
            r"perhaps|forecasts?|predicts?|projected|potential(?:ly)?|set to|poised|plans?|planned|"
            r"aims?|intends?|hopes?|scheduled|due|prospects?|outlook|pencilled|eyes|eyeing)\b",
            re.IGNORECASE,
        ),
        (
            "future",
            r"\b(?:will|won't|shall|next (?:week|month|year|spring|summer|autumn|winter|season|"
            r"quarter)|by (?:20\d\d|the end)|coming (?:weeks|months|years)|upcoming|soon|tomorrow|"
            r"later this)\b",
            re.IGNORECASE,
        ),
        (
            "advice",
            r"\b(?:should|must|need to|ought|advised?|recommend(?:s|ed)?|urged?|encouraged?|"
            r"best to|worth|consider|make sure|ensure|sensible|wise|prudent)\b",
            re.IGNORECASE,
        ),
        (
            "past",
            r"\b(?:had|was|were|previously|formerly|founded|since|until|before|once|"
            r"last (?:year|month|week|season)|earlier|originally|historically|decades?|"
            r"years? ago|in (?:19|20)\d\d|used to|began|traditionally)\b",
            re.IGNORECASE,
        ),
        (
            "event",
            r"\b(?:announce[ds]|said|launche[ds]|release[ds]|unveiled|signed|agreed|approved|"
            r"acquired|raised|ruled|voted|won|beat|rejected|reported|reportedly|confirmed|found|"
            r"introduced|reached|cut|fined|sued|filed|resigned|appointed|has|have|today|yesterday|"
            r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
            re.IGNORECASE,
        ),
        (
            "significance",
            r"\b(?:means|matters?|significan(?:t|ce)|implications?|impact|affects?|risk|threat|"
            r"forc(?:es|ing)|ends|first time|leaves|gives|makes|lets|allow(?:s|ing)|no longer|"
            r"opens|raises|undermin\w*|consequences?|stakes|costs?|because|burden|relief|"
            r"precedent|signals?|shift|blow|advantage)\b",
            re.IGNORECASE,
        ),
        (
            "mechanism",
            r"\b(?:uses?|using|via|per|runs?|stored?|each|algorithm|protocol|layers?|written|"
            r"compiled?|cache|memory|latency|bytes?|GB|MB|ms|nodes?|cluster|mechanism|consists?|"
            r"composed|encrypted|measured|randomi[sz]ed|sampled|threads?|index|api|query|sensor|"
            r"implemented|works by|by \w+ing|which then|instead of)\b",
            re.IGNORECASE,
        ),
        (
            "site",
            r"\b(?:subscribe|newsletter|sign up|share|comments?|cookie|read more|photo|image|"
            r"credit|editor|reporter|writer|author|follow us|copyright|rights reserved|advertis\w*|"
            r"sponsor\w*|click|podcast|email|inbox|minutes? read|min read|related|here|download|"
            r"register|log ?in|published|updated|reply|disclosure|thank|contributors?|story|"
            r"article|source|facebook|twitter|linkedin|courtesy|covers|tip|app)\b",
            re.IGNORECASE,
        ),
        ("second_person", r"\b(?:you|yours?)\b", re.IGNORECASE),
        ("first_person", r"\b(?:[Ww]e|[Oo]ur|us|I|my)\b", 0),
        ("digit", r"\d", 0),
        ("money", r"[$€£¥]\s?\d|\b(?:dollars|euros|pounds)\b", 0),
        ("year", r"\b(?:19|20)\d\d\b", 0),
        ("quotation", r"[\"“”]", 0),
        ("percent", r"%|per ?cent", 0),
        ("version", r"\bv?\d+\.\d+(?:\.\d+)?\b", 0),
        ("label", r"^[A-Z][\w\- ]{2,40}:\s", 0),
        ("question", r"\?$", 0),
    )
}

IMPERATIVES = frozenset(
    """
    add always apply ask audit avoid back block boil book bring budget build call change
    check choose clarify close collect compare configure confirm consider contact count
    delete deploy disable do document don't enable ensure establish evaluate expect
    export favor favour file follow freeze hold include inspect install isolate keep
    limit log look make map measure migrate monitor move negotiate never notify patch
    pin plan prefer prepare read reboot rebuild register rehearse reinstall remove
    rename renew replace report require reset restart restrict review revoke rotate run
    save schedule search set shut start stay stop store switch take test treat try turn
    uninstall update upgrade use validate verify wait wash watch
    """.split()
)
"""First words of a sentence that tell the reader to do something (data/roles.jsonl, checked by
hand)."""

FEATURES: tuple[str, ...] = (
    *_CUES,
    "imperative",
    "starts_pronoun",
    "starts_article",
    "starts_condition",
    "log_length",
    "full_stop",
    "capitals",
    "fragment",
    "upper_case",
)
"""Names of the features, in column order."""


def surface_features(text: str) -> NDArray[np.float32]:
    """Return the features of one sentence, shape (len(FEATURES),)."""
    tokens = words(text)
    count = max(1, len(tokens))
    first = tokens[0].lower() if tokens else ""
    cues = [min(len(pattern.findall(text)), 2) / 2 for pattern in _CUES.values()]
    shape = [
        first in IMPERATIVES,
        first in {"it", "they", "this", "that", "these", "those", "he", "she"},
        first in {"the", "a", "an"},
        first in {"if", "before", "when"},
        float(np.log1p(count)) / 4,
        text[-1:] in ".!?”\"'’",
        sum(token[0].isupper() for token in tokens) / count,
        count < 6,
        sum(len(token) > 1 and token.isupper() for token in tokens) / count,
    ]
    return np.asarray([*cues, *shape], dtype=np.float32)
