"""Texts that are one: equal, nearly equal, or the one holding much of the other.

MinHash folds texts that are nearly equal; an index of sampled shingles finds those of which one
holds much of the other, however long that is. What decides is the share of the shorter text,
outside quotations and its publisher's boilerplate, that stands in the longer one. Time is about
linear in the number of texts, even if all are versions of one.

A group is a star: each text shares words with the group's first. So a chain of versions ends where
nothing is left of its beginning, and a collection that holds two reports in full joins the one it
shares most with and leaves the other alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from datasketch import MinHash, MinHashLSH

from pipeline.records import ArticleRevision
from pipeline.stories.credits import credits_of, name_key
from pipeline.stories.passages import Hashes, Mask, Overlap, Passages, exchanged, overlap, passages

REPRINT = 0.3
"""Mean of the two texts' shares in each other from which one is a reprint, or both are of a third:
a cut has at least 0.5, two prints that kept different halves 0.3, another outlet's report on the
event at most 0.13 (quotations left out), a round-up with a long paragraph of a short report 0.28.
Between 0.25 and 0.36 pairs of `python -m evals reprints` have F1 0.992 to 0.996 on seeds 11 to 13;
of that span the lower half calls more round-ups reprints."""
CREDITED_REPRINT = 0.2
"""The same where one text credits the other's publisher, or both one agency. From 0.15 to 0.25 no
pair of those seeds changes; below, two reports by one agency could be called one text."""
SAME_PUBLISHER = 0.75
"""Share of the shorter text for two texts of one publisher, who has a house style and templates:
143 announcements of one project (`../shared/eval/replay`), no two of them one text, reach 0.72."""
EXCHANGED = 0.3
"""Share of names and numbers exchanged from which parallel texts are filled-in templates. Reprints
have at most 0.17, notes from one template 0.67 and more; from 0.2 to 0.6 no pair of those seeds
changes. Without the rule (1.0) precision falls from 0.995 to 0.755."""
KIN = 0.05
"""Mean share of a text and its group's first: prints that were cut differently keep the lead or a
few paragraphs; of the 300 pairs of outlets on one event in that file at most five have more."""
COMPARABLE = 20
"""Shingles outside quotations below which a text is compared with nothing: some 24 words."""
BOILERPLATE_TEXTS = 3
BOILERPLATE_SHARE = 0.1
"""A shingle is boilerplate in so many of a publisher's texts and this share of them: fewer could be
prints of one report, and what stands in one text of ten is no story."""
OWN_SHARE = 0.2
"""What is own in less than this share of a text is no article with a long footer, but a version."""

PERMUTATIONS = 128
BANDS = (16, 8)
"""LSH bands and rows: half of the pairs with a Jaccard similarity of 0.7 meet, nearly all at 0.85.
What is missed here the sampled shingles find."""
NEAR = 0.8
"""Estimated Jaccard similarity of a copy that is as good as the text it is compared by."""
SAMPLE = 4
"""One shingle in so many is indexed: six of the shortest text that is compared."""
NEIGHBOURS = 8
"""Texts that one shingle, or one sketch, is compared with. It only bounds the work: copies that
differ in few words are folded, so that eight different ones are eight chances."""
CANDIDATE = 0.15
"""Share of the smaller sample: half of the share that the lowest threshold asks for at least."""


@dataclass(frozen=True, eq=False)
class Text:
    """One text and the articles that carry it word for word, the earliest first."""

    articles: list[ArticleRevision]
    passages: Passages
    own: Mask
    """Of each shingle: whether it is none of its publishers' boilerplate."""
    sources: frozenset[str]
    credits: frozenset[str]

    @property
    def open(self) -> Hashes:
        """Its own shingles outside quotations."""
        found: Hashes = self.passages.shingles[self.own & ~self.passages.quoted]
        return found


def distinct_texts(ordered: Sequence[ArticleRevision]) -> list[Text]:
    """Return the distinct texts, in order of their earliest article."""
    carriers: dict[tuple[object, ...], list[ArticleRevision]] = defaultdict(list)
    read: dict[tuple[object, ...], Passages] = {}
    by_letters = {text: passages(text) for text in {each.revision.text for each in ordered}}
    for each in ordered:
        found = by_letters[each.revision.text]
        key: tuple[object, ...] = (found.words.tobytes(),)
        if len(found.shingles) < COMPARABLE:  # "Log in to read on." stands below many headlines
            key = (*key, passages(each.revision.title).words.tobytes())
        if not len(found.shingles):
            key = (each.article.article_id,)
        carriers[key].append(each)
        read[key] = found
    common = _boilerplate(
        [({a.article.source for a in carriers[key]}, found) for key, found in read.items()]
    )
    return [
        Text(
            articles=carriers[key],
            passages=found,
            own=_own(found, [common[source] for source in sorted(sources)]),
            sources=frozenset(name_key(source) for source in sources),
            credits=frozenset().union(*(credits_of(a) for a in carriers[key])),
        )
        for key, found in read.items()
        for sources in [{a.article.source for a in carriers[key]}]
    ]


def _own(found: Passages, common: Sequence[Hashes]) -> Mask:
    """Return which shingles are no boilerplate; all of a text that many versions have in common."""
    own: Mask = ~np.isin(found.shingles, np.concatenate(common))
    return own if own.sum() >= OWN_SHARE * len(own) else np.ones_like(own)


def _boilerplate(texts: Sequence[tuple[set[str], Passages]]) -> dict[str, Hashes]:
    """Return source → the shingles that many of its texts share.

    Texts with one lead count once: they are versions of one article.
    """
    leads: dict[str, dict[bytes, list[Hashes]]] = defaultdict(lambda: defaultdict(list))
    for sources, found in texts:
        for source in sources:
            leads[source][found.lead].append(found.shingles)
    common: dict[str, Hashes] = {}
    for source, versions in leads.items():
        values, counts = np.unique(
            np.concatenate([np.unique(np.concatenate(each)) for each in versions.values()]),
            return_counts=True,
        )
        least = max(BOILERPLATE_TEXTS, BOILERPLATE_SHARE * len(versions))
        common[source] = values[counts >= least]
    return common


def grouped(texts: Sequence[Text]) -> list[int]:
    """Return of each text the number of the earliest text of its group."""
    leader = _folded(texts)
    links: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for one, other in _candidates(texts, sorted(set(leader))):
        if (found := _reprint(texts[one], texts[other])) is not None:
            links[other].append((-found.mean, -found.shared, one))
    group = list(range(len(texts)))
    for number in range(len(texts)):
        if leader[number] != number:
            group[number] = group[leader[number]]
            continue
        for _, _, linked in sorted(links[number]):
            first = group[linked]
            if first == linked or _overlap(texts[first], texts[number]).mean >= KIN:
                group[number] = first
                break
    return group


def _folded(texts: Sequence[Text]) -> list[int]:
    """Return of each text the earliest one that it nearly equals, itself if there is none.

    Only these are indexed, so that a thousand slightly different copies are compared with one.
    """
    index = MinHashLSH(num_perm=PERMUTATIONS, params=BANDS)
    empty = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int)
    sketches: dict[int, MinHash] = {}
    leader = list(range(len(texts)))
    for number, text in enumerate(texts):
        if len(text.open) < COMPARABLE:
            continue
        sketch = empty.copy()
        sketch.update_batch((text.open >> np.uint64(32)).tolist())
        for near in sorted(index.query(sketch))[:NEIGHBOURS]:
            if sketch.jaccard(sketches[near]) >= NEAR and _reprint(texts[near], text) is not None:
                leader[number] = near
                break
        else:
            index.insert(number, sketch)
            sketches[number] = sketch
    return leader


def _candidates(texts: Sequence[Text], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of `numbers`, the earlier first, that may share much of the shorter text.

    Each sampled shingle pairs a text with the nearest of those that hold it, so that a phrase of
    ten thousand texts makes ten thousand times a few pairs.
    """
    samples = {
        n: np.unique(found[found % np.uint64(SAMPLE) == 0])
        for n in numbers
        if len(found := texts[n].open) >= COMPARABLE
    }
    if not samples:
        return
    values = np.concatenate(list(samples.values()))
    holders = np.repeat(list(samples), [len(each) for each in samples.values()])
    order = np.lexsort((holders, values))
    values, holders = values[order], holders[order]
    codes = []
    for step in range(1, NEIGHBOURS + 1):
        same = values[step:] == values[:-step]
        codes.append(holders[:-step][same] * len(texts) + holders[step:][same])
    pairs, counts = np.unique(np.concatenate(codes), return_counts=True)
    for code, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        one, other = divmod(code, len(texts))
        if count >= CANDIDATE * min(len(samples[one]), len(samples[other])):
            yield one, other


def _overlap(one: Text, other: Text) -> Overlap:
    return overlap(one.passages, other.passages, one.own, other.own)


def _reprint(one: Text, other: Text) -> Overlap | None:
    """Return what two texts share if one is a reprint of the other, or both of a third; or None."""
    found = _overlap(one, other)
    if one.sources & other.sources:
        enough = max(found.shares) >= SAME_PUBLISHER
    else:
        credited = one.credits & (other.credits | other.sources) or other.credits & one.sources
        enough = found.mean >= (CREDITED_REPRINT if credited else REPRINT)
    if min(found.sizes) < COMPARABLE or not enough:
        return None
    return found if exchanged(one.passages, other.passages) <= EXCHANGED else None
