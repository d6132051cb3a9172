"""Facts: the typed values of a sentence, each with what it states, of whom, and how exactly."""

from pipeline.analysis.facts.comparing import LIGHT, TOLLS, agree, same_attribute
from pipeline.analysis.facts.fact import Fact
from pipeline.analysis.facts.reading import facts_in, facts_of

__all__ = ["LIGHT", "TOLLS", "Fact", "agree", "facts_in", "facts_of", "same_attribute"]
