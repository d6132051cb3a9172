from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.prompts import Prompt, all_prompts, load_prompt
from pipeline.brief.write import Draft
from pipeline.canonical import sha256_text
from pipeline.errors import ResourceError
from tests.brief.story import ARTICLES, DEAL, LEASE, ORIGINS, candidate_of, field_of

NAMES = [prompt.name for prompt in all_prompts()]


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_prompt_renders_and_shows_its_evidence(name: str) -> None:
    field = field_of(ARTICLES, ORIGINS)
    evidence = (candidate_of(field, DEAL), candidate_of(field, LEASE))
    draft = Draft(name, evidence, 40, load_prompt(name))
    assert f"{DEAL}\n{LEASE}" in draft.render()
    assert "$evidence" not in draft.render()
    assert draft.render(instructed=False) == f"{DEAL}\n{LEASE}", "for a pure summariser"


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_prompt_is_short_and_asks_for_fidelity(name: str) -> None:
    template = load_prompt(name).template
    assert len(template.split()) < 60
    assert "as they are written" in template


def test_prompts_are_named_by_their_content() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 1
    assert sorted(NAMES) == NAMES
    for reference in all_prompts():
        assert reference.sha256 == sha256_text(load_prompt(reference.name).template)


@pytest.mark.parametrize(
    ("template", "values", "odd"),
    [
        ("Say $evidence.", {}, "evidence"),
        ("Say $evidence and $more.", {"evidence": "x"}, "more"),
        ("Say it.", {"evidence": "x"}, "evidence"),
        ("Say $evidence.", {"evidence": "x", "tone": "y"}, "tone"),
    ],
)
def test_a_missing_or_unused_variable_is_an_error(
    template: str, values: dict[str, str], odd: str
) -> None:
    with pytest.raises(ResourceError, match=rf"p: .*{odd}"):
        Prompt("p", template).render(**values)


@pytest.mark.parametrize("template", ["Pay $ 5 for $evidence.", "Pay $5.", "$"])
def test_a_stray_dollar_is_an_error(template: str) -> None:
    with pytest.raises(ResourceError, match=r"stray \$"):
        Prompt("p", template).render(evidence="x")


def test_an_escaped_dollar_is_none() -> None:
    assert Prompt("p", "Pay $$5: ${evidence}").render(evidence="a") == "Pay $5: a"


@given(st.text(string.printable))
def test_values_are_inserted_as_they_are(evidence: str) -> None:
    assert Prompt("p", "<$evidence>").render(evidence=evidence) == f"<{evidence}>"


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(ResourceError, match="no_such_prompt"):
        load_prompt("no_such_prompt")
