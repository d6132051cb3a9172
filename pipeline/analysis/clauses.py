"""What the surface of an English clause gives away: its verb, conditions, attributions.

By closed lists. Each answer errs towards the side on which its callers leave a sentence alone.
"""

from __future__ import annotations

import re

from pipeline.analysis.surface import IMPERATIVES
from pipeline.text import words

# Auxiliaries, irregular pasts and the third person of verbs that news and release notes use; the
# stems were collected from the sample week, the seeds and data/roles.jsonl.
_AUXILIARY = (
    r"is|are|was|were|has|have|had|will|can|could|may|might|must|should|would|does|do|did|"
    r"isn['’]t|aren['’]t|wasn['’]t|weren['’]t|hasn['’]t|haven['’]t|hadn['’]t|won['’]t|can['’]t|"
    r"cannot|couldn['’]t|mustn['’]t|shouldn['’]t|wouldn['’]t|doesn['’]t|don['’]t|didn['’]t|"
    r"(?:it|he|she|that|there)['’]s|(?:we|you|they)['’](?:re|ve)|(?:I|we|you|they|it|he|she)['’](?:ll|d)"
)
_PAST = (
    r"made|gave|took|ran|rose|fell|grew|cut|met|led|won|lost|found|held|kept|set|went|came|said|"
    r"told|sold|bought|built|wrote|saw|began|became|knew|drew|threw|stood|rode|brought|thought|"
    r"caught|taught|left|spent|paid|put|hit|shut|let|sent|felt|struck|broke|spoke|chose|drove"
)
_PRESENT = (
    r"(?:accus|acquir|add|agre|allow|appear|appl|approv|argu|ask|attack|attract|award|back|ban|"
    r"beat|becom|begin|believ|blam|block|bring|build|buy|call|carr|caus|chang|charg|check|claim|"
    r"clos|com|compet|compil|confirm|connect|contain|continu|control|cost|cover|crash|creat|cut|"
    r"decid|defin|deliver|depend|describ|detect|disclos|double|draw|drop|enabl|encod|end|ensur|"
    r"estimat|exceed|execut|expect|explain|expos|extend|fac|fail|fall|featur|feed|fill|find|fix|"
    r"follow|forc|fund|gain|get|giv|go|grant|grow|hack|handl|hav|help|hir|hit|hold|host|improv|"
    r"includ|increas|indicat|introduc|invest|join|keep|know|lack|last|launch|lead|leak|leas|leav|"
    r"let|li|lift|limit|list|load|look|los|lower|mak|manag|mark|mean|measur|merg|mov|need|offer|"
    r"open|operat|oppos|order|own|pass|patch|pay|perform|plan|point|power|predict|prefer|prevent|"
    r"produc|promis|propos|protect|prov|provid|publish|pull|push|put|rais|rank|rat|reach|read|"
    r"receiv|recommend|reduc|reflect|refus|reject|rel|releas|remain|remov|rent|replac|report|"
    r"requir|return|ris|run|sav|say|see|seek|seem|sell|send|serv|set|settl|ship|show|shrink|sign|"
    r"sit|slow|speed|spend|split|stand|start|stay|stop|stor|sue|suggest|suppl|suppli|support|"
    r"swap|switch|tak|target|tell|test|think|throttl|track|train|transfer|treat|trigger|visit|"
    r"vot|welcom|withdraw|"
    r"turn|underscor|us|utiliz|utilis|wait|want|warn|win|work|writ)(?:s|es|ies)"
)
_FINITE = re.compile(rf"\b(?:{_AUXILIARY}|{_PAST}|{_PRESENT}|[a-z]{{3,}}ed)\b")
_CERTAIN = re.compile(
    # `releases by Acme` may be a noun, `founded by` a participle: what follows tells
    rf"\b(?:{_AUXILIARY}|{_PAST}|"
    rf"{_PRESENT}(?=\s+(?!(?:of|by|in|on|for|from|at|with|and|or|as|than|under|over)\b)[\w$€£“\"])|"
    r"[a-z]{3,}ed(?=\s+(?:(?:an?|the|its|their|his|her|that|it|them)\b|[$€£\d]|on\s+[A-Z]\w+day)))\b"
)
_SUBORDINATOR = re.compile(
    r"\b(?:that|which|who|whose|whom|where|when|while|because|if|as|although|though|since|until|"
    r"unless|after|before)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|only|except(?:ing|ions?)?|excluding|provided (?:that|it|they|the)|"
    r"providing|depend\w*|contingent|conditional|subject to|(?:as|so) (?:long|far) as|assuming|"
    r"barring|pending|otherwise|whenever|so far|for now|temporar\w+|at (?:least|most|best)|"
    r"unconfirmed|unaudited|preliminary|alleged\w*|reportedly|rumou?r\w*|disput\w+|denie[sd]|"
    r"not (?:yet |been |independently )*(?:confirmed|verified))\b",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"\b(?:said|says?|told|according|wrote|writes|argue[sd]|claim(?:s|ed)|warn(?:s|ed)|"
    r"report(?:s|ed)|estimate[sd]|believe[sd]?|add(?:s|ed)|announced|confirm(?:s|ed)|"
    r"suggest(?:s|ed)|expect(?:s|ed)?|thinks?|predict(?:s|ed))\b|"
    r"\breport\W*$"
)
_MODAL = re.compile(r"\b(?:must|should|need(?:s|ed)?|can|could|may|might|able|ought)\b")


def has_finite_verb(text: str) -> bool:
    """Return whether `text` holds a finite verb; a participle in -ed is taken for one."""
    return bool(_FINITE.search(text))


def starts_with_verb(text: str) -> bool:
    """Return whether the first word of `text`, adverbs skipped, is a finite verb."""
    return bool(_FINITE.match(re.sub(r"^(?:[a-z]+ly|also|now|then)\s+", "", text)))


def finite_verb(text: str) -> tuple[int, int] | None:
    """Return the span of the first word that may be a finite verb, None without one."""
    verb = _FINITE.search(text)
    return verb.span() if verb else None


def verbs_in(text: str) -> list[str]:
    """Return the words that may be finite verbs, left to right."""
    return _FINITE.findall(text)


def has_main_clause(text: str) -> bool:
    """Return whether `text` begins with a clause that surely has a verb of its own.

    True as well for an instruction (`Negotiate exit clauses`). What a subordinator opens does not
    count, nor does a participle: `A lab founded by engineers` has no verb.
    """
    first = words(text)[:1]
    if first and first[0].lower() in IMPERATIVES:
        return True
    return main_verb(text) is not None


def main_verb(text: str) -> tuple[int, int] | None:
    """Return the span of the first word that surely is the main clause's verb, None without one."""
    border = _SUBORDINATOR.search(text)
    verb = _CERTAIN.search(text)
    if verb is None or (border is not None and border.start() < verb.start()):
        return None
    return verb.span()


def states_condition(text: str) -> bool:
    """Return whether `text` limits the statement it belongs to, or doubts it."""
    return bool(_CONDITION.search(text))


def attributes(text: str) -> bool:
    """Return whether `text` names or hints at who says so."""
    return bool(_ATTRIBUTION.search(text))


def has_modal(text: str) -> bool:
    """Return whether `text` asks, allows or advises."""
    return bool(_MODAL.search(text))
