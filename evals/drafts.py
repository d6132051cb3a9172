"""Evidence sets for models to draft from, and the figures of what they drafted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from evals.plans import plain_text, planned
from evals.summaries import cut, rouge
from pipeline.analysis.roles import ROLES
from pipeline.brief.compose import RESTATE
from pipeline.brief.condense import is_subsequence
from pipeline.brief.cuts import verify_condensed
from pipeline.brief.evidence import Candidate
from pipeline.brief.prompts import load_prompt
from pipeline.brief.stitches import stitched
from pipeline.brief.verify import ScoreSupport, verify
from pipeline.brief.write import Draft, Writer, abstains, tidy
from pipeline.protocols import Progress
from pipeline.text import Sentence, fold, split_sentences, words
from training.pairs import HOOK_WORDS, MAX_WORDS, Pair, unborne

OF_AN_ARTICLE = 3
"""Drafts of one article: about the 50 words of a summary, and many articles count for more than
many sections of a few."""

Figures = dict[str, float | None]
"""Figure → value, None where it is undefined."""


@dataclass(frozen=True)
class EvidenceSet:
    """What one sentence is to be drafted from."""

    origin: str
    """The pair or the article that it is of."""
    draft: Draft
    target: str | None = None
    """The sentence that an editor wrote of it."""
    silent: bool = False
    """Whether an editor says that there is nothing to say."""

    @property
    def texts(self) -> list[str]:
        """The evidence sentences."""
        return self.draft.facts.splitlines()

    def bears_out(self, text: str, support: ScoreSupport) -> bool:
        """Return whether a draft passes verification: as cut, or as written anew."""
        source = next((other for other in self.texts if is_subsequence(text, other)), None)
        if source is not None:
            return text == source or verify_condensed(text, source, support).passed
        told = [*self.draft.evidence, *self.draft.context]
        return not stitched(text, told) and verify(text, self.texts, support).passed

    def publishes(self, completion: str, support: ScoreSupport) -> bool:
        """Return whether a brief would publish the completion."""
        told = [*self.draft.context, *self.draft.evidence]
        urls = {candidate.article_id: None for candidate in told}
        return Writer(self.origin, support, urls).written(self.draft, completion) is not None


def sets_of_pairs(pairs: Sequence[Pair]) -> list[EvidenceSet]:
    """Return the evidence set of each pair."""
    return [
        EvidenceSet(pair.id, draft_of(pair), pair.target, silent=pair.target is None)
        for pair in pairs
    ]


def draft_of(pair: Pair) -> Draft:
    """Return the draft that a brief would ask for on the pair's evidence."""
    longest = HOOK_WORDS if pair.section == "hook" else MAX_WORDS
    told = tuple(
        _candidate(f"{pair.id}.{each.source}", place, each.text)
        for place, each in enumerate(pair.evidence)
    )
    lead = len(told) - 1 if pair.section == RESTATE else 0
    prompt = load_prompt(pair.section)
    return Draft(pair.section, told[lead:], longest, prompt, context=told[:lead])


def _candidate(article_id: str, place: int, text: str) -> Candidate:
    """Return a sentence as evidence; no vector or role is asked of it any more.

    Sentences of one source stand one behind the other: a pronoun means the one before it.
    """
    return Candidate(
        article_id=article_id,
        text_sha256="",
        origin=article_id,
        sentence=Sentence("text", 0, len(text), text, "paragraph", 0, place),
        place=place,
        vector=np.zeros(0, np.float32),
        roles=np.zeros(len(ROLES), np.float32),
    )


def sets_of_articles(
    sources: Mapping[str, str], limit: int, progress: Progress
) -> list[EvidenceSet]:
    """Return the first drafts that a run would ask for, of each article until it is enough."""
    found: list[EvidenceSet] = []
    for doc_id, source in sources.items():
        if len(found) >= limit:
            break
        plans = planned({doc_id: [plain_text(source)]}, progress)
        found += [EvidenceSet(doc_id, draft) for draft in plans[doc_id].prompted[:OF_AN_ARTICLE]]
    return found[:limit]


def figures_of(
    said: Sequence[tuple[EvidenceSet, str]],
    support: ScoreSupport,
    references: Mapping[str, Sequence[str]] | None = None,
) -> Figures:
    """Return the figures of the completions of evidence sets.

    `references` are an article's summaries; without them the sets' own targets are the measure,
    and it is known where there is nothing to say.
    """
    drafts = [(each, tidy(text)) for each, text in said if not abstains(text)]
    borne = [text for each, text in drafts if each.bears_out(text, support)]
    passed = [(each, text) for each, text in drafts if each.publishes(text, support)]
    abstained = [each for each, text in said if abstains(text)]
    runs = [longest_run(text, each.texts) for each, text in drafts]
    sentences = [len(split_sentences("", text)) for _, text in drafts]
    figures: Figures = {
        "first_draft_pass": share(len(borne), len(drafts)),
        "publishable": share(len(passed), len(drafts)),
        "unborne": share(sum(bool(unborne(t, each.texts)) for each, t in drafts), len(drafts)),
    }
    if references is None:
        telling = [each for each, _ in said if not each.silent]
        right = sum(each.silent for each in abstained)
        figures |= {
            "published": share(sum(not each.silent for each, _ in passed), len(telling)),
            "abstention_precision": share(right, len(abstained)),
            "abstention_recall": share(right, len(said) - len(telling)),
        }
    else:
        figures |= {
            "published": share(len(passed), len(said)),
            "abstained": share(len(abstained), len(said)),
        }
    return figures | {
        "copied": share(sum(_is_copy(text, each.texts) for each, text in drafts), len(drafts)),
        "longest_run": share(sum(runs), len(runs)),
        **_rouge(said, references),
        "words_a_sentence": share(sum(len(words(text)) for _, text in drafts), sum(sentences)),
    }


def _rouge(
    said: Sequence[tuple[EvidenceSet, str]], references: Mapping[str, Sequence[str]] | None
) -> dict[str, float | None]:
    """Return ROUGE of what stands in the drafts; an abstention says nothing."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for each, text in said:
        texts[each.origin].append("" if abstains(text) else tidy(text))
    if references is None:
        references = {each.origin: [each.target] for each, _ in said if each.target}
    told = {key: cut(" ".join(texts[key])) for key in texts if key in references}
    return rouge(told, references)


def share(part: float, whole: int) -> float | None:
    """Return part / whole to 4 decimals, None of nothing."""
    return round(part / whole, 4) if whole else None


def _is_copy(text: str, evidence: Sequence[str]) -> bool:
    return bool(text) and any(is_subsequence(text, sentence) for sentence in evidence)


def longest_run(text: str, evidence: Sequence[str]) -> float:
    """Return the longest run of words out of one evidence sentence, as a share of the text's."""
    own = list(map(fold, words(text)))
    if not own:
        return 0.0
    sizes = (
        SequenceMatcher(None, own, list(map(fold, words(sentence))), autojunk=False)
        .find_longest_match()
        .size
        for sentence in evidence
    )
    return max(sizes, default=0) / len(own)
