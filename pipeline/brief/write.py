"""From evidence to one publishable sentence.

The model's if the evidence bears it out, else a shorter one of the source's, else the source's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.analysis.quality import text_flaws
from pipeline.analysis.stems import content_stems, word_forms
from pipeline.brief.condense import condense, is_subsequence
from pipeline.brief.cuts import oversteps, verify_condensed
from pipeline.brief.evidence import Candidate, says_little
from pipeline.brief.prompts import Prompt
from pipeline.brief.stitches import stitched
from pipeline.brief.verify import ScoreSupport, Verdict, quoted_parts, verify
from pipeline.canonical import make_id
from pipeline.protocols import Generator
from pipeline.schema import Basis, Citation, Claim, Support
from pipeline.text import words
from pipeline.urls import text_fragment_url

ABSTENTION = "NONE"
"""What a model is to answer where the evidence does not hold what the section asks for."""
MAX_NEW_TOKENS = 56
"""A draft's length: 40 words are about 60 tokens of the default model, and a draft is to have fewer
words than its evidence."""
DECODING = "held-2"
"""Changes when the same model would write something else of the same prompt: its words are held to
those of the evidence."""
MAX_LENGTH = 0.9
"""A sentence's words, as a share of those of the evidence that it draws on. What is rewritten at
its old length is no better than the source's own sentence: at least a tenth must go."""
TARGET_WORDS = 16
"""Length at which the condenser stops cutting, where a section does not say otherwise: a TL;DR of
two sentences of 24 words, What Changed, and four of 16 is read in 34 seconds at 200 words a minute,
and few have all six."""
MOSTLY_QUOTED = 0.5
"""Share of a sentence between quotation marks from which it is somebody's opinion: a rewriting that
drops the marks would publish it as a fact."""

HARD_FLAWS = frozenset(
    "machine site code short question quote link colon shouting unattributed".split()
)
"""Flaws with which no sentence is published, whatever its basis."""
SOFT_FLAWS = frozenset({"anaphora", "narrator", "first_person", "connective", "open", "long"})
"""Flaws with which a sentence is published only where a section allows them."""


@dataclass(frozen=True, eq=False)
class Draft:
    """A sentence to be written: one section's evidence, and how long it may become."""

    section: str
    evidence: tuple[Candidate, ...]
    max_words: int
    prompt: Prompt | None = None
    """None where the source's own words are preferred."""
    target_words: int = TARGET_WORDS
    """Length at which the condenser stops cutting."""
    context: tuple[Candidate, ...] = ()
    """What stands before the evidence and names whom its pronouns mean."""

    def render(self, *, instructed: bool = True) -> str:
        """Return the prompt for the model; only the evidence for one that heeds no instruction.

        Raises:
            ResourceError: the prompt's places do not fit.
        """
        if self.prompt is None:
            raise ValueError("this draft has no prompt")
        return self.prompt.render(evidence=self.facts) if instructed else self.facts

    @property
    def facts(self) -> str:
        """The context, then the evidence, a sentence a line."""
        return "\n".join(c.sentence.text for c in [*self.context, *self.evidence])

    @property
    def held(self) -> str:
        """Return the words that a completion is held to.

        Those of the evidence in whatever form, words of grammar, and the one that abstains.
        """
        return f"{self.facts}\n{ABSTENTION}\n{' '.join(sorted(word_forms(self.facts)))}"


def draft_key(prompt: str, generator: Generator) -> str:
    """Return the cache key of one completion: the prompt as rendered, the model, the settings."""
    identity = generator.identity
    return make_id(
        "d",
        DECODING,
        prompt,
        identity.id,
        identity.sha256 or "",
        identity.dtype,
        str(MAX_NEW_TOKENS),
    )


def tidy(completion: str) -> str:
    """Return a completion's first line with text, as a sentence begins.

    Its list mark and the quotes around it are gone; `iPhones` keeps its small letter.
    """
    for line in completion.splitlines():
        text = re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line).strip()
        text = re.sub(r"^(?:Sentence|Summary|Answer|Rewritten|Output)\s*:\s*", "", text)
        if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2:
            text = text[1:-1]
        if text:
            begun = text[:1].upper()
            return begun + text[1:] if len(begun) == 1 and not text[1:2].isupper() else text
    return ""


def abstains(completion: str) -> bool:
    """Return whether the model says that the evidence does not hold what was asked for."""
    return tidy(completion).rstrip(".") == ABSTENTION


def publishable(text: str, *, max_words: int, allow: frozenset[str] = frozenset()) -> bool:
    """Return whether a sentence may stand in a brief by its form."""
    return len(words(text)) <= max_words and not text_flaws(text) & (
        HARD_FLAWS | (SOFT_FLAWS - allow)
    )


@dataclass(frozen=True)
class Writer:
    """Turns drafts into claims; `urls` maps article ids to page addresses."""

    story_id: str
    support: ScoreSupport
    urls: Mapping[str, str | None]

    def claim(
        self,
        draft: Draft,
        completion: str | None = None,
        *,
        allow: frozenset[str] = frozenset(),
        keep: tuple[str, ...] = (),
    ) -> Claim | None:
        """Return the best sentence of a draft: the model's, else a cut one, else the source's own.

        Of two cut ones, the model's and ours, the one that tells more within the target comes
        first. Strings of `keep` are never cut by us; `allow` are flaws that the section bears with.
        """
        source = draft.evidence[0]
        if source.sentence.kind == "list_item":
            allow |= {"open"}
        said = "" if completion is None else tidy(completion)
        cuts: list[tuple[str, Candidate]] = []
        if whole := _cut_from(said, draft):
            cuts += [(said, whole)] if _is_shorter(said, whole, draft) else []
        elif anew := self._anew(draft, said):
            return anew
        cuts += self._own_cut(draft, allow, keep)
        for text, cut_from in sorted(cuts, key=lambda cut: -_room(cut[0], draft.target_words)):
            if claim := self._condensed(draft, text, cut_from):
                return claim
        text = source.sentence.text
        if not publishable(text, max_words=draft.max_words, allow=allow):
            return None
        return self._claim(draft.section, text, "quoted", (source,), verify(text, [text]))

    def written(self, draft: Draft, completion: str) -> Claim | None:
        """Return the model's sentence, new or cut, as a claim if the evidence bears it out."""
        text = tidy(completion)
        if whole := _cut_from(text, draft):
            return self._condensed(draft, text, whole) if _is_shorter(text, whole, draft) else None
        return self._anew(draft, text)

    def _anew(self, draft: Draft, text: str) -> Claim | None:
        """Return a sentence that is no cut one as a claim if the evidence bears it out."""
        if not text or not publishable(text, max_words=draft.max_words):
            return None
        used = self._used(text, [*draft.evidence, *draft.context])
        if used[0] in draft.context:  # it tells what is not asked for
            return None
        if len(words(text)) > MAX_LENGTH * sum(len(words(c.sentence.text)) for c in used):
            return None
        if not quoted_parts(text) and any(is_quotation(c.sentence.text) for c in used):
            return None
        if stitched(text, used) or _stutters(text, used):
            return None
        sources = [candidate.sentence.text for candidate in used]
        if oversteps(text, sources):
            return None
        verdict = verify(text, sources, self.support)
        return (
            self._claim(draft.section, text, "written", used, verdict) if verdict.passed else None
        )

    def _condensed(self, draft: Draft, text: str, source: Candidate) -> Claim | None:
        """Return a sentence made by leaving words of `source` out if it still says the same."""
        verdict = verify_condensed(text, source.sentence.text, self.support)
        return (
            self._claim(draft.section, text, "condensed", (source,), verdict)
            if verdict.passed
            else None
        )

    @staticmethod
    def _own_cut(
        draft: Draft, allow: frozenset[str], keep: tuple[str, ...]
    ) -> list[tuple[str, Candidate]]:
        """Return the first evidence sentence condensed, if it can be."""
        source = draft.evidence[0]
        text = source.sentence.text
        shorter = condense(text, target_words=min(draft.max_words, draft.target_words), keep=keep)
        fit = publishable(shorter, max_words=draft.max_words, allow=allow)
        return [(shorter, source)] if shorter != text and fit and not says_little(shorter) else []

    def _claim(
        self,
        section: str,
        text: str,
        basis: Basis,
        used: Sequence[Candidate],
        verdict: Verdict,
    ) -> Claim:
        return Claim(
            id=make_id("c", self.story_id, section, text),
            text=text,
            basis=basis,
            citations=[self.cite(candidate) for candidate in used],
            support=Support(score=verdict.score, checks=verdict.checks),
        )

    def cite(self, candidate: Candidate) -> Citation:
        """Return the citation of a whole evidence sentence."""
        sentence = candidate.sentence
        url = self.urls[candidate.article_id]
        return Citation(
            article_id=candidate.article_id,
            text_sha256=candidate.text_sha256,
            field=sentence.field,
            quote=sentence.text,
            start=sentence.start,
            end=sentence.end,
            url=text_fragment_url(url, sentence.text) if url else None,
        )

    @staticmethod
    def _used(text: str, evidence: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return the evidence sentences that bear the text's words: as few as do, most first."""
        missing = set(content_stems(text))
        stems = {candidate: set(content_stems(candidate.sentence.text)) for candidate in evidence}
        used: list[Candidate] = []
        while best := max(
            stems, key=lambda candidate: len(missing & stems[candidate]), default=None
        ):
            own = stems.pop(best)
            if used and not missing & own:
                break
            used.append(best)
            missing -= own
        return tuple(used)


def _cut_from(text: str, draft: Draft) -> Candidate | None:
    """Return the evidence sentence of which `text` has only words left out."""
    if not text:
        return None
    return next((c for c in draft.evidence if is_subsequence(text, c.sentence.text)), None)


def _is_shorter(text: str, whole: Candidate, draft: Draft) -> bool:
    """Return whether enough is left out of `whole` and what is left may stand in a brief."""
    return (
        publishable(text, max_words=draft.max_words)
        and len(words(text)) <= MAX_LENGTH * len(words(whole.sentence.text))
        and not says_little(text)
    )


def _room(text: str, target_words: int) -> int:
    """Return how much a sentence tells within its target: the more words the better, not beyond."""
    length = len(words(text))
    return length if length <= target_words else -length


def is_quotation(sentence: str) -> bool:
    """Return whether most of a sentence's words stand between quotation marks."""
    return len(words(" ".join(quoted_parts(sentence)))) > MOSTLY_QUOTED * len(words(sentence))


def _stutters(text: str, evidence: Sequence[Candidate]) -> bool:
    """Whether a word comes more often than in the evidence: `its region's eu-north-2 region`."""
    held = Counter(s for c in evidence for s in content_stems(c.sentence.text))
    return any(count > max(1, held[s]) for s, count in Counter(content_stems(text)).items())
