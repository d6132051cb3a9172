from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.advice.infer import Guidance, inferred_action
from pipeline.brief.advice.playbooks import Playbook, Playbooks, mentions
from pipeline.canonical import sha256_text
from pipeline.errors import ResourceError
from pipeline.resources import shipped_text, shipped_toml
from pipeline.schema import Action, Citation, Claim, Support
from pipeline.stories.name_kinds import kinds_of
from pipeline.stories.tags import read_topics
from pipeline.text import words

TOPICS = frozenset(topic.slug for topic in read_topics(shipped_toml("data/taxonomy.toml")))
SHIPPED = Playbooks.load(Path("no-such-file.toml"), TOPICS)
PUBLISHED, TODAY = date(2026, 11, 12), date(2026, 11, 16)

# What tells the reader of the stories below who is who.
CONTEXT = (
    "Quayside is an open-source inference server, and many users of Quayside run it at home.",
    "Corvane Labs is a company with 900 employees, and Corvane said it will hire more.",
    "Brightmoor, a cloud provider, leases halls; customers of Brightmoor rent racks.",
    "Lantern is a chatbot, and the Lantern app has a million users.",
    "Harbell, a smart speaker, sells well: Harbell users like its sound.",
    "Anna Lindqvist runs Fernway, a publisher; Lindqvist said so.",
)
CENTRAL = ("quayside", "corvane", "brightmoor", "lantern", "harbell", "lindqvist", "fernway")


def claim_of(sentence: str, number: int) -> Claim:
    return Claim(
        id=f"c-{number}",
        text=sentence,
        basis="quoted",
        citations=[
            Citation(
                article_id="a-1",
                text_sha256=sha256_text("text"),
                field="text",
                quote=sentence,
                start=1_000 * number,
                end=1_000 * number + len(sentence),
            )
        ],
        support=Support(score=1.0 - number / 100, checks={}),
    )


def infer(
    topic: str,
    changed: Sequence[str],
    matters: Sequence[str] = (),
    *,
    playbooks: Playbooks = SHIPPED,
    central: Sequence[str] = CENTRAL,
    against: Sequence[str] = (),
) -> Action | None:
    guidance = Guidance(playbooks, frozenset({topic}), PUBLISHED, TODAY)
    claims = [claim_of(sentence, n) for n, sentence in enumerate([*changed, *matters])]
    return inferred_action(
        "s-1",
        guidance,
        guidance.occasion(kinds_of(central, [*CONTEXT, *changed, *matters])),
        changed=claims[: len(changed)],
        others=claims[len(changed) :],
        against=against,
    )


def shipped(slug: str) -> Playbook:
    return next(playbook for playbook in SHIPPED.in_order if playbook.slug == slug)


FITS: dict[str, tuple[str, str, str]] = {
    "a fixed version": (
        "vulnerability",
        "The hole in Quayside is fixed in 2.7.4.",
        "List where you run Quayside, schedule the upgrade wherever it is older than 2.7.4, and "
        "verify the result.",
    ),
    "the fixed version beside the affected ones": (
        "vulnerability",
        "Quayside 2.7.4, released on Tuesday, contains a fix for a flaw introduced in 2.3.0.",
        "List where you run Quayside, schedule the upgrade wherever it is older than 2.7.4, and "
        "verify the result.",
    ),
    "an affected range": (
        "vulnerability",
        "The flaw affects Quayside 2.7.3 and earlier.",
        "List every Quayside install, compare it with the affected range around 2.7.3, and open a "
        "ticket for each match.",
    ),
    "no patch": (
        "vulnerability",
        "A hole in Quayside lets strangers run commands, and no patch is available.",
        "Find where Quayside can be reached from outside and restrict that access until a fix for "
        "it is published.",
    ),
    "exploited": (
        "zero-day",
        "Attackers have found the flaw: Quayside is being exploited in the wild.",
        "Apply the available fix or mitigation to every Quayside install now, and review logs from "
        "before the disclosure for signs of exploitation.",
    ),
    "a breach": (
        "data-breach",
        "Brightmoor said that customer data was copied in a data breach.",
        "Change passwords you reused from Brightmoor, turn on multi-factor login there, and "
        "distrust messages that mention the incident.",
    ),
    "an outage that is over": (
        "outage",
        "An outage at Brightmoor took 40 sites offline for six hours.",
        "Compare your logs with the Brightmoor incident window, record what failed for your users, "
        "and add the fallback or alert that was missing.",
    ),
    "a recall": (
        "product-recall",
        "The regulator announced a recall of every Harbell made with the old charger.",
        "Compare model and serial numbers of the Harbell units you own with the recall notice, and "
        "follow its instructions.",
    ),
    "a shutdown with a day": (
        "end-of-life",
        "Lantern will shut down on 31 January 2027.",
        "Export what you keep in Lantern, list the workflows that need it, and choose a "
        "replacement with 31 January 2027 in view.",
    ),
    "a shutdown with a day of the coming year": (
        "end-of-life",
        "Lantern will shut down on 31 January.",
        "Export what you keep in Lantern, list the workflows that need it, and choose a "
        "replacement with 31 January in view.",
    ),
    "a shutdown whose day is past": (
        "end-of-life",
        "Lantern, which its maker is shutting down, took no new users from 3 November 2026.",
        "Export what you keep in Lantern, list the workflows that break without it, and name an "
        "owner for the replacement.",
    ),
    "a round, not the valuation": (
        "funding-round",
        "Corvane Labs raised $40 million in a Series B round at a valuation of $900 million.",
        "Enter the $40 million round in your file on Corvane Labs, and re-rate it if your "
        "supplier-risk score depends on runway.",
    ),
    "an agreed takeover, seen by the customers of what is bought": (
        "acquisition",
        "Brightmoor agreed to buy the map maker Loopix for $40 million.",
        "Read the assignment and change-of-control clauses of your Loopix contracts, and note "
        "which renewals fall before closing.",
    ),
    "layoffs": (
        "layoffs",
        "Corvane Labs lays off a third of its staff.",
        "Ask Corvane Labs which teams the cuts reach, and who takes over the orders, tickets and "
        "contacts you have open with them.",
    ),
    "a lawsuit": (
        "lawsuits",
        "Three publishers have sued Brightmoor for copying their catalogues.",
        "Read the complaint in the Brightmoor case, list claims that describe something you also "
        "do, and preserve the related records.",
    ),
    "a law with a date and a place": (
        "ai-regulation",
        "The law takes effect in Norway on 1 March 2027.",
        "List what you offer in Norway, match each product to the duties tied to 1 March 2027, and "
        "name an owner for every gap.",
    ),
}

FITS_NOT: dict[str, tuple[str, Sequence[str]]] = {
    "another topic": ("sports", ["The hole in Quayside is fixed in 2.7.4."]),
    "not fixed": ("vulnerability", ["The hole in Quayside has not been fixed in 2.7.4."]),
    "two versions with a fix": (
        "vulnerability",
        ["The hole in Quayside is fixed in 2.7.4, and it is also fixed in 2.5.9."],
    ),
    "a version of unclear role": ("vulnerability", ["A security update for 2.7.4 of Quayside."]),
    "a fix said to be missing elsewhere": (
        "patching",
        ["The hole in Quayside is fixed in 2.7.4.", "The fix in 2.7.4 was withdrawn at noon."],
    ),
    "no data was stolen": (
        "data-breach",
        ["Brightmoor said that there was no data breach in Skarvik."],
    ),
    "a denied breach": (
        "data-breach",
        ["Brightmoor denies that customer data was copied in a data breach."],
    ),
    "a feared breach": ("data-breach", ["Brightmoor could face a data breach, analysts say."]),
    "a breach long ago": (
        "data-breach",
        ["Brightmoor hired a guard because of a data breach in 2019."],
    ),
    "a recall that never came": ("product-recall", ["The maker of Harbell did not recall it."]),
    "no recall": ("product-recall", ["There is no recall of Harbell, the regulator said."]),
    "a withdrawn recall": ("product-recall", ["The recall of Harbell was withdrawn on Monday."]),
    "a recall that is only feared": (
        "product-recall",
        ["If the tests fail, a recall of Harbell follows."],
    ),
    "two companies at once": ("lawsuits", ["Brightmoor has sued Corvane Labs."]),
    "a person": ("layoffs", ["Lindqvist laid off a third of the staff."]),
    "a company that is not what the story is about": (
        "layoffs",
        ["Dunmarrow Systems lays off a third of its staff."],
    ),
    "a part of what is named": ("acquisition", ["Brightmoor agreed to buy Loopix’s map unit."]),
    "who buys": ("acquisition", ["Staff spoke of Loopix being acquired by Mapwell."]),
    "a rival of what is bought": (
        "acquisition",
        ["Brightmoor agreed to buy the Loopix rival Mapwell."],
    ),
    "a bought building": ("acquisition", ["Brightmoor agreed to buy a hall in Norway."]),
    "a date that is past": (
        "ai-regulation",
        ["The law takes effect in Norway on 1 March 2026, judges said."],
    ),
    "a place that is only an adjective": (
        "ai-regulation",
        ["The rules take effect in US courts on 1 March 2027."],
    ),
    "nothing told": ("vulnerability", []),
}


@pytest.mark.parametrize("name", FITS)
def test_a_playbook_that_fits(name: str) -> None:
    topic, sentence, expected = FITS[name]
    action = infer(topic, [sentence])
    assert action is not None
    assert action.text == expected
    assert action.basis == "inferred"


@pytest.mark.parametrize("name", FITS_NOT)
def test_a_story_that_no_playbook_fits(name: str) -> None:
    topic, sentences = FITS_NOT[name]
    assert infer(topic, sentences) is None


def test_what_another_sentence_denies_is_not_acted_on() -> None:
    told = ["Brightmoor said that customer data was copied in a data breach."]
    assert infer("data-breach", told)
    assert infer("data-breach", told, ["The lab of Brightmoor denied it on Friday."]) is None
    assert infer("data-breach", told, against=["Brightmoor: no customer data is lost."]) is None


def test_an_action_follows_from_the_claims_that_it_cites() -> None:
    changed = ["A shortage of parts slows the north.", "The hole is now fixed in 2.7.4."]
    matters = ["Quayside runs on many machines that hold keys."]
    action = infer("vulnerability", changed, matters)
    assert action is not None
    assert action.because == ["c-1", "c-2"]
    assert [citation.quote for citation in action.citations] == [changed[1], matters[0]]
    assert action.audience == "teams that run Quayside"
    assert action.deadline is None
    assert action.support.score == 0.98, "no more than what it follows from"
    assert {name for name, check in action.support.checks.items() if check == "pass"} == {
        "values",
        "names",
    }


def test_a_name_from_another_sentence_needs_one_that_names_nobody() -> None:
    changed = ["The hole in Dunmarrow is fixed in 2.7.4."]
    assert infer("vulnerability", changed, ["Quayside runs on many machines."]) is None


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Lantern will shut down on 31 January 2027.", "2027-01-31"),
        ("Lantern will shut down on 16 November.", "2026-11-16"),
        ("Lantern will shut down in January 2027.", None),
    ],
)
def test_a_day_to_come_is_a_deadline(sentence: str, deadline: str | None) -> None:
    action = infer("end-of-life", [sentence])
    assert action is not None
    assert action.deadline == deadline


@pytest.mark.parametrize(
    "when", ["on 15 November", "on 2 August", "on 1 May 2024", "on 31 June 2027", "in August"]
)
def test_no_other_day_is(when: str) -> None:
    action = infer("end-of-life", [f"Lantern will shut down {when}."])
    assert action is None or (action.deadline is None and when not in action.text)


def test_the_first_playbook_of_the_file_wins() -> None:
    text = shipped_text("data/playbooks.toml")
    sentence = FITS["a fixed version"][1]
    head, *tables = text.split("\n[[playbooks]]\n")
    backwards = Playbooks.parse("\n[[playbooks]]\n".join([head, *tables[::-1]]), "own", TOPICS)
    assert infer("vulnerability", [sentence], playbooks=backwards) == infer(
        "vulnerability", [sentence]
    ), "one playbook fits it, whatever the order"
    both = "A hole in Quayside that is being exploited in the wild is fixed in 2.7.4."
    first = infer("vulnerability", [both])
    last = infer("vulnerability", [both], playbooks=backwards)
    assert first is not None
    assert last is not None
    assert first.text.startswith("Apply the available fix")
    assert last.text.startswith("List where you run Quayside")


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("The Patch-Day brought it: security-update 7 is out.", True),
        ("SECURITY UPDATE for all.", True),
        ("The insecurity updates nobody.", False),
        ("There was no security update.", False),
        ("The maker never shipped a security update.", False),
        ("The maker says nothing, and a security update came.", True),
        ("The maker did not answer, but a security update came.", True),
        ("A security update was withdrawn.", False),
        ("A security update did not come.", False),
        ("It came before the security update.", False),
        ("Last year a security update broke it.", False),
        ("A security update of 2024 broke it.", False),
    ],
)
def test_a_phrase_counts_where_it_is_stated(sentence: str, counts: bool) -> None:
    assert any(mentions(shipped("patch-vulnerability").wanted, sentence, 2026)) == counts


NAMES = st.sampled_from(["Quayside", "Corvane Labs", "Lantern", "Brightmoor", "Harbell", "Fernway"])
FACTS = st.sampled_from(
    [
        *(sentence for _, sentence, _ in FITS.values()),
        *(sentence for _, sentences in FITS_NOT.values() for sentence in sentences),
    ]
)


@given(
    st.sampled_from(sorted(TOPICS)),
    st.lists(FACTS, max_size=3, unique=True),
    st.lists(FACTS, max_size=2, unique=True),
    NAMES,
)
def test_whatever_is_inferred_stands_in_what_it_cites(
    topic: str, changed: list[str], matters: list[str], name: str
) -> None:
    changed = [sentence.replace("Quayside", name) for sentence in changed]
    action = infer(topic, changed, matters)
    if action is None:
        return
    quotes = " ".join(citation.quote for citation in action.citations)
    known = {*changed, *matters}
    assert {citation.quote for citation in action.citations} <= known
    assert any(
        topic in playbook.topics and action.text.startswith(playbook.action.split("{")[0])
        for playbook in SHIPPED.in_order
    )
    plain = set(words(" ".join(f"{p.action} {p.audience}" for p in SHIPPED.in_order)))
    filled = set(words(f"{action.text} {action.audience}")) - plain
    assert filled <= set(words(quotes))
    assert action.because
    assert "fail" not in action.support.checks.values()
    assert action.deadline is None or action.deadline >= TODAY.isoformat()


def own_file(**changes: object) -> str:
    entry = {
        "slug": "my-own",
        "topics": ["vulnerability"],
        "audience": "teams that run {product}",
        "requires": ["product"],
        "any_of": ["hole"],
        "none_of": ["harmless"],
        "action": "Ask who runs {product}.",
        **changes,
    }
    return "[[playbooks]]\n" + "\n".join(f"{key} = {value!r}" for key, value in entry.items())


def test_a_home_may_have_playbooks_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "playbooks.toml"
    own.write_text(own_file(), encoding="utf-8")
    playbooks = Playbooks.load(own, TOPICS)
    action = infer(
        "vulnerability", ["The hole in Quayside is fixed in 2.7.4."], playbooks=playbooks
    )
    assert action is not None
    assert action.text == "Ask who runs Quayside."
    assert playbooks.sha256 == sha256_text(own_file()) != SHIPPED.sha256


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (own_file(topics=["no-such-topic"]), "names the unknown topic 'no-such-topic'"),
        (own_file(action="Ask {boss}."), "uses the unknown slot {boss}"),
        (
            own_file(requires=["product", "date"]),
            "requires ['date', 'product'] and uses ['product']",
        ),
        (own_file(requires=["boss"]), "requires.0"),
        (own_file(colour="red"), "unknown key 'colour'"),
        (own_file(any_of=[]), "any_of"),
        (own_file(any_of=[" "]), "has an empty phrase"),
        (own_file(slug="My Own"), "slug"),
        (own_file(topics="vulnerability"), "topics"),
        (f"{own_file()}\n{own_file()}", "stands twice"),
        (own_file().replace("slug = 'my-own'\n", ""), "playbook number 1, slug"),
        ("colour = 1\n" + own_file(), "unknown key 'colour'"),
        ("[[playbooks]", "is not valid TOML"),
        ("playbooks = 3", "playbooks"),
    ],
)
def test_a_playbook_that_makes_no_sense_is_named(text: str, what: str, tmp_path: Path) -> None:
    own = tmp_path / "playbooks.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ResourceError) as caught:
        Playbooks.load(own, TOPICS)
    assert caught.value.subject == str(own)
    assert what in caught.value.what
    assert caught.value.mend
    if "slug = 'my-own'" in text and "TOML" not in what and not text.startswith("colour"):
        assert "'my-own'" in caught.value.what


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot be read"):
        Playbooks.load(tmp_path, TOPICS)


def test_every_shipped_playbook_has_a_topic_that_leads_to_it() -> None:
    for playbook in SHIPPED.in_order:
        for phrase in playbook.any_of:
            sentence = f"Here {phrase} stands."
            assert playbook.wanted.search(sentence), (playbook.slug, phrase)
            assert not (playbook.unwanted and playbook.unwanted.search(phrase)), (
                playbook.slug,
                phrase,
            )
