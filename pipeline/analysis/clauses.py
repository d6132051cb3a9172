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
    r"caught|taught|left|spent|paid|put|hit|shut|let|sent|felt|struck|broke|spoke|chose|drove|"
    r"beat|blew|bore|dealt|drank|fed|fled|flew|fought|froze|hid|hung|laid|meant|overtook|quit|rang|"
    r"sank|shook|shot|slid|sought|spun|stole|swept|swore|swung|tore|understood|withdrew|wore"
)
_PRESENT = (
    r"(?:accept|accus|acquir|add|agre|allow|answer|appear|appl|approv|argu|arriv|ask|assum|"
    r"attack|attract|avoid|award|back|ban|beat|becom|begin|believ|bind|blam|block|bring|build|"
    r"buy|bypass|call|carr|caus|chang|charg|check|choos|claim|clos|coincid|com|combin|compar|"
    r"compet|compil|confirm|connect|consist|consum|contain|continu|control|convert|cop|"
    r"correspond|cost|cover|crash|creat|cut|deal|decid|defin|delay|delet|deliver|demand|depend|"
    r"deploy|deprecat|describ|detect|disclos|discover|double|draw|drop|eas|emit|employ|enabl|"
    r"encod|encrypt|end|enforc|ensur|enter|escap|estimat|evolv|exceed|execut|exist|expand|expect|"
    r"explain|expos|extend|fac|fail|fall|featur|feed|fetch|fill|find|fix|flow|follow|forc|fund|"
    r"gain|get|giv|go|grant|grow|guarantee|hack|handl|hav|help|hir|hit|hold|host|hurt|identif|"
    r"ignor|impl|imply|improv|includ|increas|indicat|infer|inherit|insert|intend|introduc|invest|"
    r"invok|involv|join|justif|keep|know|lack|lag|last|launch|lead|leak|learn|leas|leav|let|li|"
    r"lift|limit|list|liv|load|lock|look|los|lower|mak|manag|map|mark|matter|mean|measur|merg|"
    r"migrat|monitor|mov|need|occur|offer|open|operat|oppos|order|overlap|own|pars|pass|patch|"
    r"pay|perform|pick|plac|plan|play|point|power|predat|predict|prefer|preserv|prevent|print|"
    r"process|produc|promis|propos|protect|prov|provid|publish|pull|push|put|rais|rang|rank|rat|"
    r"reach|react|read|rebalanc|reboot|rebuild|receiv|recogni[sz]|recommend|record|recover|reduc|"
    r"refer|reflect|refus|register|reject|rel|releas|rely|remain|remind|remov|renam|rent|replac|"
    r"report|represent|requir|reset|resolv|respond|restart|retain|retir|return|reveal|rework|"
    r"rewrit|ris|run|satisf|sav|say|scal|scan|schedul|see|seek|seem|sell|send|serv|set|settl|"
    r"ship|show|shrink|sign|simplif|sit|skip|slow|solv|specif|speed|spend|spill|split|spread|"
    r"stand|start|stay|stem|stop|stor|stretch|struggl|submit|succeed|sue|suffer|suggest|suppl|"
    r"suppli|support|surviv|swap|switch|tak|target|tell|test|think|throttl|touch|track|train|"
    r"transfer|transform|translat|travel|treat|trigger|turn|underpin|underscor|unif|unlock|updat|"
    r"upgrad|us|utilis|utiliz|vari|violat|visit|vot|wait|want|warn|welcom|win|withdraw|work|wrap|"
    r"writ|yield)(?:s|es|ies)"
)
_FINITE = re.compile(rf"\b(?:{_AUXILIARY}|{_PAST}|{_PRESENT}|[a-z]{{3,}}ed)\b")
_CERTAIN = re.compile(
    # `releases by Acme` may be a noun, `founded by` a participle: what follows tells
    rf"\b(?:{_AUXILIARY}|{_PAST}|"
    rf"{_PRESENT}(?=\s+(?!(?:of|by|in|on|for|from|at|with|and|or|as|than|under|over)\b)[\w$€£“\"])|"
    r"(?<!, )\b[a-z]{3,}ed"
    r"(?=\s+(?:(?:an?|the|its|their|his|her|that|it|them)\b|[$€£\d]|on\s+[A-Z]\w+day)))\b"
)
_ENDS_IN_ED = re.compile(r"\b[a-z]{3,}ed\b")
_SUBORDINATOR = re.compile(
    r"\b(?:that|which|who|whose|whom|where|when|while|because|if|as|although|though|since|until|"
    r"unless|after|before)\b|^(?:If|When|While|Because|As|Although|Though|Since|Until|Unless|Once)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|only|except(?:ing|ions?)?|excluding|not including|"
    r"(?:other|rather) than|(?:apart|aside) from|provided (?:that|it|they|the)|"
    r"providing|depend\w*|contingent|conditional|subject to|(?:as|so) (?:long|far) as|assuming|"
    r"barring|pending|otherwise|whenever|so far|for now|temporar\w+|at (?:least|most|best))\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:unconfirmed|unaudited|preliminary|alleged\w*|reportedly|rumou?r\w*|disput\w+|"
    r"denie[sd]|not (?:yet |been |independently )*(?:confirmed|verified))\b",
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


def may_state_something(text: str) -> bool:
    """Return whether a verb of `text` is sure, or a word in -ed may be one."""
    return bool(_CERTAIN.search(text) or _ENDS_IN_ED.search(text))


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
    """Return whether `text` limits the statement it belongs to."""
    return bool(_CONDITION.search(text))


def doubts(text: str) -> bool:
    """Return whether `text` tells a rumour, or that something is denied or not confirmed."""
    return bool(_DOUBT.search(text))


def attributes(text: str) -> bool:
    """Return whether `text` names or hints at who says so."""
    return bool(_ATTRIBUTION.search(text))


def has_modal(text: str) -> bool:
    """Return whether `text` asks, allows or advises."""
    return bool(_MODAL.search(text))
