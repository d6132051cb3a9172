"""Deeper sections that are not sentences in a row: the timeline and the comparison table."""
