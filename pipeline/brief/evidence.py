"""Pick the sentences that a brief is made of: scored for their section, diverse, from all sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.analyse import Analysis
from pipeline.analysis.names import name_key, names_in
from pipeline.analysis.quality import UNFIT, inside_quotation, sentence_flaws
from pipeline.analysis.roles import ROLES
from pipeline.analysis.values import values_in
from pipeline.records import ArticleRevision, Role
from pipeline.text import Sentence, fold, words

BOILERPLATE_LIMIT = 0.5
"""A sentence whose boilerplate probability is higher is a suspect. In the cross-validation of
docs/roles.md the head calls 89% of the boilerplate boilerplate, and 1% of everything else."""
PROMO_LIMIT = 0.15
PROMO_FOCUS = 0.2
"""A sentence that is off the story's subject (cosine with its focus below this) needs less to count
as a promo. Both were set so that the sponsors' lines of the sample week, which pass the plain
limit, are caught and the advice and background on the subject are not."""
SAME_SENTENCE = 0.86
"""Similarity from which two sentences say the same. Set by reading the sample week: one fact
reworded by another publisher lies above, two facts of one article below."""
LEAD_DECAY = 3.0
"""Sentences after which the weight of standing early falls to 1/e. Of the four best sentences of
what changed, as they stand, ROUGE on the public writers' summaries is .384/.154/.247 with 3 and
.374/.148/.245 with 6 (measured once; larger weights of lead make no difference)."""
DIVERSITY = 0.6
"""MMR: weight of being unlike what is already chosen."""


@dataclass(frozen=True)
class Weights:
    """How much each trait of a sentence counts for a section, beside the role's probability (1)."""

    lead: float = 0.0
    focus: float = 0.0
    names: float = 0.0
    values: float = 0.0
    agreement: float = 0.0


# Lead and focus of what changed: the best of lead 0.7, 1.5, 3 × focus 0.7, 1.5, 3 on the public
# writers' summaries (measured once: ROUGE-L of the three best sentences .240 with 0.7 and 0.7, .263
# with 3 and 3; role probabilities tell little there). The others by reading the sample.
SECTION_WEIGHTS: Mapping[Role, Weights] = {
    Role.WHAT_CHANGED: Weights(lead=3.0, focus=3.0, names=0.25, values=0.15, agreement=0.3),
    Role.WHY_IT_MATTERS: Weights(lead=0.1, focus=0.5, names=0.1, agreement=0.2),
    Role.WHAT_TO_DO_NEXT: Weights(focus=0.6, names=0.1),
    Role.BACKGROUND: Weights(lead=0.1, focus=0.5, names=0.15, values=0.1),
    Role.TECHNICAL: Weights(lead=0.2, focus=0.8, names=0.2, values=0.2, agreement=0.3),
    Role.OUTLOOK: Weights(focus=0.5, names=0.15, values=0.1, agreement=0.2),
}

COMPANION = 0.6
NEXT = 0.3
"""Closeness (cosine) from which a sentence goes along with another one, and what standing right
behind it adds. Set by reading drafts of the sample weeks: of sentences less close the writer made
two facts with an `and` between them."""
MIN_TELLING_WORDS = 10
"""A shorter sentence without a name or a value ("The upgrade has one sharp edge.") says nothing by
itself. Set by reading the sample weeks' sections."""

_FLAW_COSTS = {
    "anaphora": 0.6,
    "narrator": 1.5,
    "first_person": 0.5,
    "question": 1.0,
    "quote": 1.0,
    "long": 0.5,
    "short": 1.5,
    "open": 1.0,
    "link": 0.4,
    "colon": 1.0,
    "shouting": 1.0,
}


@dataclass(frozen=True, eq=False)
class Candidate:
    """A sentence that may be evidence."""

    article_id: str
    text_sha256: str
    origin: str
    sentence: Sentence
    place: int
    """Number of body sentences before it."""
    vector: NDArray[np.float32] = field(repr=False)
    roles: NDArray[np.float32] = field(repr=False)
    flaws: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, int]:
        """Its place in the world; also the last tie-breaker."""
        return (self.article_id, self.text_sha256, self.sentence.index)

    @cached_property
    def names(self) -> frozenset[str]:
        """Keys of the names it holds."""
        return frozenset(name.key for name in names_in(self.sentence.text))

    def probability(self, role: Role) -> float:
        """Return the probability of `role`."""
        return float(self.roles[ROLES.index(role)])


@dataclass(frozen=True)
class Field:
    """All candidates of a story with what is known of the story as a whole."""

    candidates: tuple[Candidate, ...]
    focus: NDArray[np.float32]
    """Unit vector of what the story's titles and leads are about."""
    central_names: frozenset[str]
    """Names that stand in at least one title, and in the bodies."""
    agreement: Mapping[tuple[str, str, int], float]
    """Candidate key → share of the other origins that say the same."""

    def only(self, article_ids: frozenset[str]) -> Field:
        """Return the field with the candidates of these articles alone."""
        kept = tuple(c for c in self.candidates if c.article_id in article_ids)
        return replace(self, candidates=kept)


def survey(
    articles: Sequence[ArticleRevision],
    analyses: Mapping[str, Analysis],
    origins: Mapping[str, str],
) -> Field:
    """Return the field of a story.

    `articles` are in order of publication; a reprint's sentences stand behind those of its origin,
    so that each sentence is taken from who published it first.
    """
    focus = np.sum([analyses[a.article.article_id].article_vector for a in articles], axis=0)
    norm = float(np.linalg.norm(focus))
    focus = (focus / norm if norm else focus).astype(np.float32)
    found: list[Candidate] = []
    seen: set[str] = set()
    for revision in articles:
        analysis = analyses[revision.article.article_id]
        furniture = _furniture(analysis, focus)
        place = 0
        for sentence in analysis.sentences:
            if sentence.kind == "title":
                continue
            place += 1
            flaws = sentence_flaws(sentence)
            if inside_quotation(revision.revision.text, sentence.start):
                flaws |= {"spoken"}
            key = fold(sentence.text)
            if flaws & UNFIT or sentence.index in furniture or key in seen:
                continue
            seen.add(key)
            found.append(
                Candidate(
                    article_id=revision.article.article_id,
                    text_sha256=revision.revision.text_sha256,
                    origin=origins[revision.article.article_id],
                    sentence=sentence,
                    place=place - 1,
                    vector=analysis.vectors[sentence.index],
                    roles=analysis.roles[sentence.index],
                    flaws=flaws,
                )
            )
    return Field(
        candidates=tuple(found),
        focus=focus,
        central_names=_central_names(articles, found),
        agreement=_agreement(found),
    )


def _furniture(analysis: Analysis, focus: NDArray[np.float32]) -> frozenset[int]:
    """Return the sentences, by index, of promos, notices and bylines.

    Where most of a paragraph's sentences are suspects the whole is furniture; where half are, these
    alone ("Teams should restart layout. Anyone on allocation should reply to the letter."); fewer
    are chance.
    """
    suspects: dict[int, dict[int, bool]] = {}
    for sentence in analysis.sentences:
        boilerplate = analysis.role(sentence.index, Role.BOILERPLATE)
        near = round(float(analysis.vectors[sentence.index] @ focus), 4)
        limit = PROMO_LIMIT if near < PROMO_FOCUS else BOILERPLATE_LIMIT
        site = "site" in sentence_flaws(sentence)
        suspects.setdefault(sentence.block, {})[sentence.index] = boilerplate > limit or site
    return frozenset(
        index
        for block in suspects.values()
        for index, suspect in block.items()
        if 2 * sum(block.values()) >= len(block) + (not suspect)
    )


def _central_names(
    articles: Sequence[ArticleRevision], candidates: Sequence[Candidate]
) -> frozenset[str]:
    found = {name for candidate in candidates for name in candidate.names}
    titles = " ".join(f" {name_key(a.revision.title)} " for a in articles)
    return frozenset(name for name in found if f" {name} " in titles)


def _agreement(candidates: Sequence[Candidate]) -> dict[tuple[str, str, int], float]:
    origins = sorted({c.origin for c in candidates})
    if len(origins) < 2:
        return {}
    vectors = np.stack([c.vector for c in candidates])
    codes = np.array([origins.index(c.origin) for c in candidates])
    said = np.zeros(len(candidates))
    for code in range(len(origins)):
        others = np.flatnonzero(codes == code)
        nearest = np.round((vectors @ vectors[others].T).max(axis=1), 4)
        said += np.where(codes == code, 0, np.clip((nearest - 0.5) / (SAME_SENTENCE - 0.5), 0, 1))
    return {
        c.key: round(float(share), 4)
        for c, share in zip(candidates, said / (len(origins) - 1), strict=True)
    }


def score(candidate: Candidate, role: Role, around: Field) -> float:
    """Return how well a sentence serves the section of `role`, rounded to 4 decimals."""
    weights = SECTION_WEIGHTS[role]
    text = candidate.sentence.text
    total = candidate.probability(role)
    total += weights.lead * float(np.exp(-candidate.place / LEAD_DECAY))
    total += weights.focus * float(candidate.vector @ around.focus)
    total += weights.names * min(2, len(candidate.names & around.central_names)) / 2
    total += weights.values * bool(values_in(text))
    total += weights.agreement * around.agreement.get(candidate.key, 0.0)
    total -= sum(_FLAW_COSTS.get(flaw, 0.0) for flaw in candidate.flaws)
    return round(total, 4)


def says_little(text: str) -> bool:
    """Return whether a sentence is short and holds neither a name nor a value: `one` is none."""
    return (
        len(words(text)) < MIN_TELLING_WORDS
        and not names_in(text)
        and all(value.text.casefold() == "one" for value in values_in(text))
    )


def select(
    around: Field,
    role: Role,
    *,
    count: int,
    floor: float,
    taken: Sequence[Candidate] = (),
) -> list[Candidate]:
    """Return up to `count` sentences for a section, best first, none like one of `taken`.

    Maximal marginal relevance (Carbonell and Goldstein, 1998); a sentence needs a role
    probability of at least `floor`, and must say something. Ties go by key.
    """
    fit = (
        c
        for c in around.candidates
        if c.probability(role) >= floor and not says_little(c.sentence.text)
    )
    scored = sorted(
        ((score(c, role, around), c) for c in fit), key=lambda pair: (-pair[0], pair[1].key)
    )
    chosen: list[Candidate] = []
    while scored and len(chosen) < count:
        best = max(
            scored,
            key=lambda pair: (
                round(pair[0] - DIVERSITY * _nearest(pair[1], [*taken, *chosen]), 4),
                [-ord(c) for c in pair[1].article_id],
                -pair[1].sentence.index,
            ),
        )
        scored.remove(best)
        if _nearest(best[1], [*taken, *chosen]) < SAME_SENTENCE and best[0] > 0:
            chosen.append(best[1])
    return chosen


def companions(lead: Candidate, around: Field) -> tuple[Candidate, ...]:
    """Return the sentence, if any, that goes on telling what `lead` tells.

    The next one of its paragraph, or one of elsewhere that is close to it without saying the same.
    What is only of the same story makes two facts with an `and` between them.
    """
    near = sorted(
        (
            (round(float(c.vector @ lead.vector) + NEXT * _goes_on(c, lead), 4), c)
            for c in around.candidates
            if c is not lead and _nearest(c, [lead]) < SAME_SENTENCE
        ),
        key=lambda pair: (-pair[0], pair[1].key),
    )
    return tuple(c for closeness, c in near[:1] if closeness >= COMPANION)


def before(lead: Candidate, around: Field) -> tuple[Candidate, ...]:
    """Return the sentence right before `lead` in its article, if it is fit to be evidence."""
    return tuple(c for c in around.candidates if follows(lead, c))


def follows(later: Candidate, earlier: Candidate) -> bool:
    """Return whether a sentence stands right behind another one of its article."""
    return (later.article_id, later.sentence.index) == (
        earlier.article_id,
        earlier.sentence.index + 1,
    )


def _goes_on(later: Candidate, earlier: Candidate) -> bool:
    """Whether it does so in the same paragraph."""
    return follows(later, earlier) and later.sentence.block == earlier.sentence.block


def _nearest(candidate: Candidate, others: Sequence[Candidate]) -> float:
    """Return the highest similarity with one of `others`, by vector or by shared words."""
    if not others:
        return 0.0
    cosine = max(float(candidate.vector @ other.vector) for other in others)
    own = {w.casefold() for w in words(candidate.sentence.text)}
    shared = max(_overlap(own, other) for other in others)
    return round(max(cosine, shared), 4)


def _overlap(own: set[str], other: Candidate) -> float:
    theirs = {w.casefold() for w in words(other.sentence.text)}
    return len(own & theirs) / max(1, min(len(own), len(theirs)))
