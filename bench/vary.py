"""Seeded variations of a story's articles: as much work to read and write, and no text twice.

Names and numbers are replaced, each by the same other one in all articles of the story; a sentence
without a name gets a place, so that no two stories ask a model the same; and the sentences of the
later paragraphs change places.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from pipeline.records import Article, ArticleRevision, Revision, Story
from pipeline.text import split_sentences

KEPT_BLOCKS = 2
"""Blocks whose sentences stay in order: the lead tells the news, and its order is what is told."""
PLACE_CHARS = 6
"""Least letters of a place's name: two variations hardly ever coin the same."""
KEPT_NUMBER = 31
"""Whole numbers up to this stay: most are days, versions and counts of few."""

_CAPITALISED = re.compile(r"\b[A-Z][a-z]{3,}\b")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
"""Capitalised within a sentence, not only at its beginning."""
_LOWER = re.compile(r"\b[a-z]{4,}\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CALENDAR = frozenset(
    """
    January February March April June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()
)
_ONSETS = "b br c d dr f g gr h k l m n p qu r s st t tr v w".split()
_VOWELS = "a e i o u ar en il or un".split()


def vary(
    story: Story, articles: Sequence[ArticleRevision], copy: int
) -> tuple[Story, list[ArticleRevision]]:
    """Return variation number `copy` of a story with its articles, under ids of their own.

    The same number always gives the same texts; 0 gives the story as it is.
    """
    if copy == 0:
        return story, list(articles)
    chance = random.Random(f"{story.story_id} {copy}")
    whole = "\n".join(f"{a.revision.title}\n{a.revision.text}" for a in articles)
    swaps = {**_other_names(whole, chance), **_other_numbers(whole, chance)}
    place = _coined(chance, PLACE_CHARS)
    varied = [_vary_article(each, swaps, place, chance, copy) for each in articles]
    made = Story(
        story_id=Story.make_id(f"{story.story_id}/{copy}"),
        first_seen=story.first_seen,
        article_ids=tuple(each.article.article_id for each in varied),
    )
    return made, varied


def _vary_article(
    known: ArticleRevision,
    swaps: Mapping[str, str],
    place: str,
    chance: random.Random,
    copy: int,
) -> ArticleRevision:
    article_id = Article.make_id(f"{known.article.article_id}/{copy}")
    title = _swapped(known.revision.title, swaps)
    text = _rewritten(known.revision.text, swaps, place, chance)
    url = f"{known.article.url}#{copy}" if known.article.url else None
    return ArticleRevision(
        article=known.article.model_copy(
            update={"article_id": article_id, "url": url, "declared_canonical": None}
        ),
        revision=known.revision.model_copy(
            update={
                "article_id": article_id,
                "text_sha256": Revision.hash_of(title, text),
                "title": title,
                "text": text,
            }
        ),
    )


def _other_names(text: str, chance: random.Random) -> dict[str, str]:
    """Return name → coined name, for words that the text never has in lower case."""
    plain = set(_LOWER.findall(text))
    names = sorted(
        word for word in set(_INSIDE.findall(text)) - _CALENDAR if word.lower() not in plain
    )
    return {name: _coined(chance, len(name)) for name in names}


def _coined(chance: random.Random, length: int) -> str:
    word = ""
    while len(word) < length:
        word += chance.choice(_ONSETS) + chance.choice(_VOWELS)
    return word.capitalize()


def _other_numbers(text: str, chance: random.Random) -> dict[str, str]:
    """Return number → number of the same shape: 18,000 becomes 73,000."""
    return {
        number: "".join(chance.choice("123456789") if d in "123456789" else d for d in number)
        for number in sorted(set(_NUMBER.findall(text)))
        if not _YEAR.fullmatch(number) and not (number.isdigit() and int(number) <= KEPT_NUMBER)
    }


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    for pattern in (_CAPITALISED, _NUMBER):
        text = pattern.sub(lambda match: swaps.get(match[0], match[0]), text)
    return text


def _rewritten(text: str, swaps: Mapping[str, str], place: str, chance: random.Random) -> str:
    """Return the text with its sentences varied, those of a later paragraph in another order."""
    pieces, position = [], 0
    for block, group in groupby(split_sentences("", text), key=lambda sentence: sentence.block):
        sentences = list(group)
        varied = [_vary_sentence(each.text, swaps, place) for each in sentences]
        if block >= KEPT_BLOCKS and sentences[0].kind == "paragraph":
            chance.shuffle(varied)
        pieces += [text[position : sentences[0].start], " ".join(varied)]
        position = sentences[-1].end
    return "".join([*pieces, text[position:]])


def _vary_sentence(sentence: str, swaps: Mapping[str, str], place: str) -> str:
    """Return the sentence with its swaps.

    Without a name it gets a place, for of numbers of one shape there are few.
    """
    varied = _swapped(sentence, swaps)
    if sentence.endswith(".") and not any(name in swaps for name in _CAPITALISED.findall(sentence)):
        return f"{varied[:-1]} in {place}."
    return varied
