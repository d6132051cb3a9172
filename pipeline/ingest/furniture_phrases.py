"""The phrases by which `pipeline.ingest.furniture` knows a line that is not the article's.

Collected from English pages; matched without regard to case. Each tuple holds regular expressions,
one phrase or family a line.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)


SITE: Final = (
    r"(?:twitter|facebook|instagram|linkedin|youtube|tiktok|whatsapp|telegram|reddit|pinterest|"
    r"threads|bluesky|mastodon|flipboard|google news|apple news|discord|slack|x\b)"
)
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

WHOLE_LINE: Final = _any(
    # buttons
    r"share|tweet|pin|print|e-?mail|copy link|link copied!?|save|bookmark|like|listen|close|ad",
    r"subscribe|sign (?:up|in)|log in|register|advertisement|sponsored(?: content| by .{2,30})?",
    r"menu|search|home|loading\W*|skip to (?:main )?content|show more|load more|view all|see all",
    r"back to top|top of page|scroll to continue",
    r"(?:article|story) continues (?:below|after).{0,20}",
    r"(?:manage|accept|cookie|privacy)(?: all)? (?:cookies?|preferences|settings|consent|policy)",
    # sharing
    r"(?:share|tweet|pin|post|e-?mail|send|save)(?:\s+(?:this|it|on|to|via|with|article|story|post|"
    rf"page|now|friends?|a|the|{SITE}|[:,|/&])+)+",
    rf"(?:(?:share|tweet|print|e-?mail|copy link|save|{SITE})\W*){{2,}}",
    r"like this:?|share this:?|click to tweet|\d+ shares?|[\d.,]+k? (?:views?|likes?|claps?)",
    # comments
    r"(?:(?:\d+|no|view|show|post|add|leave|write|join the)\s+)+(?:all\s+|a\s+)?(?:comments?|"
    r"conversation|discussion|reply|replies|responses?)(?:\s*\(\d+\))?\W*",
    r"comments?(?: \(\d+\))?\W*",
    r"(?:log|sign) in (?:to|or) .{3,60}|comments (?:are|have been) closed\W*|cancel reply",
    r"(?:name|e-?mail|website|url|comment|message|your name|your e-?mail)\s*\*?",
    # reading time
    r".{0,60}?\b\d{1,3}[\s-]*min(?:ute)?s?\.?\s+(?:read|listen|watch)\b.{0,30}",
    r"(?:(?:estimated )?reading time|read time|time to read)\s*:?\s*\d.{0,20}",
    # ways on
    r"(?:keep|continue) reading\W*|read (?:more|on|next|full story|the full (?:story|article))\W*",
    r"(?:explore further|learn more|find out more|watch now|listen now|download now)\W*",
    r"(?:related|recommended|trending|popular|most (?:read|popular|viewed)|more|read next)\W*",
    r"(?:latest(?: (?:news|stories|posts))?|further reading|recommended for you|don.?t miss)\W*",
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in)\W*|editors?.? picks?\W*",
    r"related (?:posts?|articles?|stories|news|content|topics|reading|links?|updates)\W*",
    r"(?:popular|trending|most read|more|latest)\s+(?:on|in|from)\s+(?:\S+\s?){1,5}",
    r"(?:in this (?:story|article)|table of contents|on this page|tags?|topics?|categories)\W*",
    r"(?:filed under|about the authors?|contents)\W*",
)
"""Furniture when it is the whole line."""

LINE_START: Final = _any(
    # following and subscribing
    rf"(?:please\s+)?follow\s+(?:.{{2,60}}\s)?on\s+{SITE}",
    rf"(?:please\s+)?(?:like|find|join|connect with)\s+(?:us|me|our \w+)\s+on\s+{SITE}",
    r"(?:sign up|subscribe)\b(?=.*(?:newsletter|inbox|by e-?mail|updates|channel|podcast|alerts|"
    r"mailing list)|(?: now| today| here| for free)\W*$)",
    r"(?:get|receive|want|stay|enter your|join (?:us|our|the|over|more|\d)|never miss|don.?t miss|"
    r"like what|liked|enjoy\w* (?:this|what|our|the|reading))\b"
    r"(?=.*(?:newsletter|inbox|subscribe|sign up|mailing list|subscribers))",
    r"thank(?:s| you) for (?:signing up|subscribing|reading)|keep an eye on your inbox",
    r"there was an error (?:processing|submitting)|please (?:check|confirm) your (?:e-?mail|inbox)",
    r"by (?:signing up|subscribing|submitting|clicking|entering)\b(?=.*\byour? )"
    r"(?=.*(?:agree|terms|privacy|consent))",
    r"(?:like|enjoy(?:ed|ing)?|love)\s+(?:this|what)\b.{0,60}(?:share|subscribe|tell|follow)",
    r"become a (?:member|subscriber|patron|supporter)|support (?:our|us|independent) ",
    r"(?:download|get) (?:our|the) (?:.{2,30} )?app\b|available on the app store",
    r"join (?:over |more than )?[\d,.]+k?\+? (?:\w+ )?(?:readers|subscribers|others|developers)",
    # comments
    r"your e-?mail address will not be published|required fields are marked",
    r"leave a (?:reply|comment)|be the first to comment|this site uses akismet",
    r"save my name, e-?mail|notify me of (?:follow|new)|you must be (?:logged|signed) in",
    r"tell us what you think|what do you think\?.{0,60}comments?",
    r"have (?:a|an) (?:tip|story|question|opinion)\?.*(?:contact|e-?mail|send|reach|@)",
    # consent and money
    r"(?:we|this (?:web)?site|our (?:web)?site|our partners)(?: and our partners)? uses? cookies",
    r"by (?:continuing to|(?:using|browsing) (?:this|our)).{0,60}(?:cookies|terms|privacy)",
    r"(?:if you (?:buy|purchase|click)|we (?:may )?(?:earn|get|receive)|"
    r".{0,50}\bmay (?:earn|get|receive))\b.{0,90}"
    r"(?:affiliate|\ba (?:\w+ )?commission\b|share of the sale)",
    r"this (?:post|article|page) (?:may )?contains? affiliate",
    # rights and origins
    r"copyright\s*(?:©|ⓒ|\(c\)|(?:19|20)\d\d)|©|\(c\)\s|all rights reserved|all content rights",
    r"(?:image|photo|picture|video|featured image)(?: credits?)?\s?:",
    r"(?:photo|image) (?:by|via|courtesy)\b|via\s?:|h/t\b",
    r"(?:original )?sources?\s?:\s*\S+(?:\s+\S+){0,12}$",
    r"(?:filed under|posted in|tagged(?: with| as)?|tags|topics|categories|category)\s?:",
    # ways on
    r"\W?(?:related(?: \w+)?|read more|read also|also read|see more|see also|more on this|also on|"
    r"watch|recommended(?: reading)?|don.?t miss|you may also like|further reading|"
    r"(?:next|previous) (?:article|post))\s?:\s",
    r"also\s?: see\b|click here (?:to|for)\b|(?:read|see) the (?:full|original|rest)",
    # addresses
    r"(?:e-?mail|contact|reach|write to) .{0,60}(?:@|\bon twitter|\bat http)",
    r"\S+@\S+\.\w+$|(?:www\.)?(?:twitter|facebook|x)\.com/\S+$",
)
"""Furniture when a line that is not long begins like this."""

LINE_END: Final = _any(
    r"click to tweet\W*$",
    r"required fields are marked\s*\*?$",
    r"(?:all rights reserved|unauthori[sz]ed reproduction (?:is )?prohibited)\W*$",
    r"(?:^|[.!?]\s+)follow (?:us|him|her|them|me) on .{3,60}$",
    r"(?:^|[.!?]\s+)subscribe to .{2,40}newsletters?\W*$",
    r"(?:newsletter|inbox)\W{0,3}\s*(?:sign up|subscribe)(?: (?:here|now|today))?\W*$",
)
"""Furniture when a line that is not long ends like this."""

COMMENTS_HEADING: Final = _any(
    r"leave a (?:reply|comment)\W*|comments?(?:\s*\(\d+\))?\W*|thoughts on .{3,80}",
    r"\d+\s+(?:comments?|responses?|replies|thoughts on .{3,80})\W*",
    r"(?:join the|post a|add a|write a) (?:conversation|discussion|comment|reply)\W*",
)
"""Whole lines after which, late in a text, everything is the readers' and not the author's."""

TAIL_HEADING: Final = _any(
    r"related(?: (?:posts?|articles?|stories|news|content|topics|reading|links?|updates|coverage|"
    r"videos?|resources))?\W*",
    r"(?:recommended|trending|popular|latest)(?: (?:for you|now|posts?|articles?|stories|news|"
    r"topics|reading|headlines|updates|(?:on|in|from) .{2,40}))?\W*",
    r"most (?:read|popular|viewed|shared)(?: .{0,30})?",
    r"more(?: (?:from|on|in|by|stories|news|like this|articles|coverage)(?: .{0,40})?)?\W*",
    r"(?:what to )?read next\W*|keep reading\W*|explore further\W*|further reading\W*",
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in|have missed).{0,20}",
    r"don.?t miss.{0,30}|editors?.? picks?\W*|in other news\W*|around the web\W*",
    r"(?:share this|subscribe|newsletter|sign up|follow us|sponsored)(?: .{0,40})?",
    r"stay (?:updated|informed|connected|in touch|in the loop)(?: .{0,40})?|about us\W*|"
    r"from our partners\W*",
)
"""Whole lines that head other things than the article, when no prose follows any more."""

BIO_HEADING: Final = _any(r"about the authors?\W*|the author\W*|written by .{3,60}")
"""Heads a few lines on a person."""

PROMO_HEADING: Final = _any(
    r"(?:get|join|try|download|subscribe|buy|start|learn|master|unlock|discover|become|want|ready|"
    r"grab|sign up|need|looking|level up|take|build|stay|support|upgrade|never miss)\b.{3,90}"
)
PROMO_PITCH: Final = _any(
    r"\b(?:the|my|our|a|free|new) (?:\w+ )?(?:book|e-?book|course|newsletter|webinar|bootcamp|"
    r"masterclass|checklist|cheat ?sheet)\b",
    r"\b(?:subscribe|sign up|enroll|pre-?order|free trial|discount|coupon|promo code|inbox)\b",
    r"\bjoin [\d,]+|\bper (?:month|year)\b.*\bcancel\b",
)
"""A call (`Get Good at AI`) and the words of what it sells."""

DATE_WORD: Final = re.compile(
    rf"{MONTH}|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|"
    r"published|posted|updated|last|modified|first|on|at|by|the|of|am|pm|[apm]|[ecp][sd]?t|gmt|utc|"
    r"bst|cet|ago|hours?|minutes?|days?|\d{1,2}(?:st|nd|rd|th)|\d{2}h\d{2}|\d+",
    re.IGNORECASE,
)

_NAME: Final = r"(?:[A-Z][\w.'’-]*|de|van|von|der|la|al|bin)"
BYLINE: Final = re.compile(
    r"(?:(?:[Ww]ritten |[Pp]osted |[Ww]ords |[Rr]eporting |[Ee]diting |[Ss]tory |[Pp]ublished )?"
    rf"[Bb][Yy]:?|[Aa]uthor:)\s+{_NAME}(?:[\s,&|·–—-]+(?:{_NAME}|and|\d{{1,4}}|for|in|at))*\W*"
)
_NAMES: Final = rf"{_NAME}(?:[\s,&]+(?:{_NAME}|and|\(@\w+\)))*"
_DATE: Final = (
    rf"(?:{MONTH}\.? \d{{1,2}},? (?:19|20)\d\d|\d{{1,2}}\.? {MONTH}\.?,? (?:19|20)\d\d|"
    r"(?:19|20)\d\d-\d\d-\d\d)"
)
DATED_BYLINE: Final = re.compile(
    rf"(?P<date>(?i:{_DATE}))\s*[-–—·|,]?\s*(?:[Bb]y )?(?P<names>{_NAMES})|"
    rf"(?:[Bb]y )?(?P<names_first>{_NAMES})\s*[-–—·|,]\s*(?i:{_DATE})"
)
"""`August 6, 2021 - Ann Lee`, `Ann Lee | 6 August 2021`."""
SIGNATURE: Final = re.compile(rf"[–—-]\s*{_NAME}(?:\s+{_NAME}){{1,3}}(?:,\s*[\w\s,-]{{4,20}})?\W*")
CREDITS: Final = re.compile(
    r"\(?(?:(?:[Aa]dditional |[Ww]ith )?[Rr]eporting by\b|"
    r"(?:\S+\s){1,12}contributed (?:reporting|to this)\b).{3,300}"
)
"""Names by case: `By Ann Lee`, `– Ann Lee, 2026-07-01`, `Ann Lee contributed to this report.`"""
