"""Sentences with what the condenser must make of them at twenty words, each by its kind of cut."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A sentence and its condensation; `kept` None where nothing may be cut."""

    kind: str
    sentence: str
    kept: str | None


CASES: tuple[Case, ...] = (
    Case(
        "appositive with a/an",
        "Tarnhelm Networks, a five-year-old maker of optical switches for accelerator clusters, "
        "has raised $220 million in a Series C round led by Foxglove Capital.",
        "Tarnhelm Networks has raised $220 million in a Series C round led by Foxglove Capital.",
    ),
    Case(
        "appositive with a possessive",
        "Leonie Strand, its finance chief, told reporters in Oslo that the lab had cash for "
        "fourteen months and would not need to raise money in 2027.",
        "Leonie Strand told reporters in Oslo that the lab had cash for fourteen months and would "
        "not need to raise money in 2027.",
    ),
    Case(
        "appositive inside the sentence",
        "The maintainers of Quayside, the open-source inference server, disclosed a hole that lets "
        "anyone who can reach the port run commands on the host.",
        "The maintainers of Quayside disclosed a hole that lets anyone who can reach the port run "
        "commands on the host.",
    ),
    Case(
        "participle between commas",
        "The judgment, handed down on Wednesday 4 November, orders the provider to repay €3.8 "
        "million in transfer fees to the freight company Oostwal and to change its terms.",
        "The judgment orders the provider to repay €3.8 million in transfer fees to the freight "
        "company Oostwal and to change its terms.",
    ),
    Case(
        "a name in a participle",
        "The method, called shelving, lets requests that begin alike share the memory of a model "
        "for as long as they run on the same two servers of the campus.",
        None,
    ),
    Case(
        "might as well",
        "Teams that rely mostly on schedules will see little of the speed-up of the new release "
        "and might as well wait until the one that follows in the spring of next year.",
        None,
    ),
    Case(
        "relative clause after an age",
        "Ruaridh Penn, 52, who founded the company with two colleagues from a software house in "
        "Leith, leaves its board at the end of the year.",
        "Ruaridh Penn, 52, leaves its board at the end of the year.",
    ),
    Case(
        "participle tail",
        "Corvane Labs will lease the whole hall in Skarvik until 2029, giving it enough power to "
        "train its next model without a second site.",
        "Corvane Labs will lease the whole hall in Skarvik until 2029.",
    ),
    Case(
        "participle tail after a day",
        "The council approved the new rules for large loads on Thursday, forcing data centres to "
        "cut their use at fifteen minutes’ notice.",
        "The council approved the new rules for large loads on Thursday.",
    ),
    Case(
        "two participles",
        "Brightmoor expanded its fibre links to three cloud regions, positioning itself as a host "
        "for outside tenants and cutting its own costs.",
        "Brightmoor expanded its fibre links to three cloud regions.",
    ),
    Case(
        "which-clause at the end",
        "The fault lies in the organic substrate, which is 110 millimetres on a side and bends as "
        "the assembly cools down from the oven.",
        "The fault lies in the organic substrate.",
    ),
    Case(
        "who-clause inside",
        "Marek Oduya, who leads infrastructure at Corvane Labs, writes that the islands lose "
        "between 11 and 14 percent of each step to waiting.",
        "Marek Oduya writes that the islands lose between 11 and 14 percent of each step to "
        "waiting.",
    ),
    Case(
        "which-clause inside a second clause",
        "A working exploit is about 20 lines of Python, and Lanternfish Security, which reported "
        "the bug on 14 September, says it saw scans within hours.",
        "A working exploit is about 20 lines of Python, and Lanternfish Security says it saw scans "
        "within hours.",
    ),
    Case(
        "who-clause after the speaker",
        "Buyers with launch dates in spring should assume a delay of at least one quarter, said "
        "Wendell Achter, who follows the company at Kestrel Point.",
        "Buyers with launch dates in spring should assume a delay of at least one quarter, said "
        "Wendell Achter.",
    ),
    Case(
        "who-clause after a quotation",
        "“We can connect these projects if they bend and not before,” said Marta Kalnoz, who has "
        "chaired the council of the region since 2019.",
        "“We can connect these projects if they bend and not before,” said Marta Kalnoz.",
    ),
    Case(
        "reason",
        "The memory maker will build a second line in Gdansk, because its main customer wants "
        "parts from two sites before the end of 2027.",
        "The memory maker will build a second line in Gdansk.",
    ),
    Case(
        "second main clause",
        "Three towns have asked Oslo to cap the power that data centres may draw in the north, and "
        "a debate is set for the end of November.",
        "Three towns have asked Oslo to cap the power that data centres may draw in the north.",
    ),
    Case(
        "contrast with while",
        "Sales of servers rose by 12 percent in the third quarter, while sales of printers fell "
        "for the ninth quarter in a row across Europe.",
        "Sales of servers rose by 12 percent in the third quarter.",
    ),
    Case(
        "contrast with doubts of its own",
        "Brightmoor shares rose by 4 percent in Oslo after the announcement, while its rivals are "
        "reportedly looking for tenants of their own.",
        "Brightmoor shares rose by 4 percent in Oslo after the announcement.",
    ),
    Case(
        "doubt in a relative clause",
        "The port of Brenn has sold its oldest quay to a fund in Zurich for €40 million, which "
        "neither of the two has confirmed so far.",
        None,
    ),
    Case(
        "closing appositive",
        "Harrowgate Partners has put €40 million into the Lindhaven battery plant, a site that was "
        "built in 1990 to make ovens for ships.",
        "Harrowgate Partners has put €40 million into the Lindhaven battery plant.",
    ),
    Case(
        "concession first",
        "Despite protests from farmers along the planned route, the ministry approved the power "
        "line between Skarvik and the port of Brenn.",
        "The ministry approved the power line between Skarvik and the port of Brenn.",
    ),
    Case(
        "event first",
        "Following the fire in its largest hall, Brightmoor moved the virtual machines of four "
        "hundred customers to a site near Turku.",
        "Brightmoor moved the virtual machines of four hundred customers to a site near Turku.",
    ),
    Case(
        "participle first",
        "Anticipating a cold winter in the north of the country, the operator bought twice as much "
        "gas as it had bought the year before.",
        "The operator bought twice as much gas as it had bought the year before.",
    ),
    Case(
        "statement first",
        "In a statement, the union said that the plant would close for two weeks and that nobody "
        "would lose a job because of it.",
        "The union said that the plant would close for two weeks and that nobody would lose a job "
        "because of it.",
    ),
    Case(
        "label",
        "Cost Advantage: The scheduler runs the same nightly load on nine machines instead of "
        "fourteen.",
        "The scheduler runs the same nightly load on nine machines instead of fourteen.",
    ),
    Case(
        "label before an instruction",
        "Exit Clauses: Negotiate the right to move workloads to another provider within a month.",
        "Negotiate the right to move workloads to another provider within a month.",
    ),
    Case(
        "connective",
        "However, the maintainers have not said when the fix will reach the long-term branch.",
        "The maintainers have not said when the fix will reach the long-term branch.",
    ),
    Case(
        "connective of two words",
        "In addition, the new rules apply to every site that draws more than ten megawatts.",
        "The new rules apply to every site that draws more than ten megawatts.",
    ),
    Case(
        "dateline",
        "TALLINN, Nov. 5 (Meridian Wire) — Large data centres in the Baltic states must cut their "
        "electricity use at short notice from next year.",
        "Large data centres in the Baltic states must cut their electricity use at short notice "
        "from next year.",
    ),
    Case(
        "abbreviation in brackets",
        "The design depends on a change in the thermal design power (TDP) of the boards and on a "
        "new pump for each rack.",
        "The design depends on a change in the thermal design power of the boards and on a new "
        "pump for each rack.",
    ),
    Case(
        "dashes without spaces",
        "The operator intends to use new scheduling algorithms—some of them developed in "
        "Skarvik—to raise the load of its accelerators.",
        "The operator intends to use new scheduling algorithms to raise the load of its "
        "accelerators.",
    ),
    Case(
        "dashes with spaces",
        "The decision to move the old statue – a gift of the harbour guild – has led to a debate "
        "about the square and its name.",
        "The decision to move the old statue has led to a debate about the square and its name.",
    ),
    Case(
        "filler",
        "Corvane Labs was created specifically to train open models and to publish all of its "
        "training data under a licence that everybody may use.",
        "Corvane Labs was created to train open models and to publish all of its training data "
        "under a licence that everybody may use.",
    ),
    Case(
        "end of an abbreviation",
        "The bells of the old church in Brenn rang at 12 p.m., drowning out the speech of the "
        "mayor about the new port.",
        "The bells of the old church in Brenn rang at 12 p.m.",
    ),
    Case(
        "caveat with but",
        "The drug cut the number of strokes by 40 percent in the trial, but only in patients who "
        "had taken it for more than two years.",
        None,
    ),
    Case(
        "what a plan depends on",
        "Brightmoor said it may build a second phase of 60 megawatts at Skarvik, but a decision "
        "depends on a grid connection that it does not expect before 2028.",
        None,
    ),
    Case(
        "if first",
        "If the grid is under strain, large data centres in the Baltic states will have to cut "
        "their electricity use within fifteen minutes of a call.",
        None,
    ),
    Case(
        "if last",
        "Serving long conversations may need a good deal less electricity than it does today, if a "
        "result from Lindhaven University holds up.",
        None,
    ),
    Case(
        "unless",
        "The ministry in Oslo will close the line between Skarvik and the port of Brenn in spring, "
        "unless the towns along it pay for its repair.",
        None,
    ),
    Case(
        "when",
        "When the queue is full, the scheduler drops the oldest task and writes its number to the "
        "log of the node that had asked for it.",
        None,
    ),
    Case(
        "purpose of an instruction",
        "To use the new export command, operators must first stop every worker and wait until the "
        "last of the running tasks has written its state.",
        None,
    ),
    Case(
        "scope",
        "In mice, the compound cut the weight of the tumours by a third over six weeks and did not "
        "harm the liver or the heart.",
        None,
    ),
    Case(
        "partial count",
        "With 40 percent of the votes counted on Tuesday night, the mayor led her rival by eleven "
        "points in the city and by four in the county.",
        None,
    ),
    Case(
        "according to",
        "Data centres in the north will use 4 percent more power next year than they did in 2026, "
        "according to the grid operator in Tallinn.",
        None,
    ),
    Case(
        "according to first",
        "According to people who know the plans, Brightmoor will close its oldest hall in Oslo "
        "before the end of the winter.",
        None,
    ),
    Case(
        "depending on",
        "Depending on the load of the grid, the plant in Skarvik runs on one or on both of its "
        "turbines during the night.",
        None,
    ),
    Case(
        "dashes around an exclusion",
        "Tenants can withdraw their deposits – not including the interest – from the bank of the "
        "guild at any time of the year.",
        None,
    ),
    Case(
        "sentence before a colon",
        "There’s a reason for this: Although the lab has grown in each year, it still rents every "
        "one of its boards from a rival.",
        None,
    ),
    Case(
        "speaker at the end",
        "The lab will move its training to the new hall before the end of the year, a company "
        "spokesperson told reporters on Thursday.",
        None,
    ),
    Case(
        "speaker in the middle",
        "Corvane Labs will buy Inkwell, the company said in a letter to its staff in Leith on "
        "Tuesday, for a sum that neither wants to name.",
        None,
    ),
    Case(
        "speaker before a colon",
        "Ana Ruiz said: ‘The fault lies in the substrate, which bends in the oven, and we will "
        "replace it on every board before the summer.’",
        None,
    ),
    Case(
        "list of nouns",
        "The release adds leases, cron schedules, a new console, and a faster export of running "
        "workflows to the archive of the cluster.",
        None,
    ),
    Case(
        "list of questions",
        "Clarify where checkpoints and training data will be stored, who has access, and what "
        "happens to both when the partnership ends.",
        None,
    ),
    Case(
        "list of names",
        "Apple, the BBC, Google and Meta have signed the letter that asks the commission to delay "
        "the rules for two more years.",
        None,
    ),
    Case(
        "list of gerunds",
        "The grants pay for publishing container images, training data policies, and shared "
        "benchmarks that every laboratory in the country may use for free.",
        None,
    ),
    Case(
        "not A but B",
        "The scheduler now treats a rack, not a node, as the unit of failure, since a leak of "
        "coolant takes all sixteen nodes down together.",
        None,
    ),
    Case(
        "either … or",
        "The plant will be sold either to Brightmoor, which runs it today, or to a group of towns "
        "that want to keep it open.",
        None,
    ),
    Case(
        "negated filler",
        "He has not actually said that the plant will close, and nobody at the ministry expects it "
        "to close before the end of 2028.",
        None,
    ),
    Case(
        "compared filler",
        "The new compiler is as quickly available as its rival and more often updated, at least on "
        "the three platforms that the team supports.",
        None,
    ),
    Case(
        "comparative and its partner",
        "The fastest runs were 3 times faster on the new boards, compared with the boards that the "
        "lab had rented for the last two years.",
        None,
    ),
    Case(
        "bracket that qualifies a figure",
        "Latency fell by 40 percent (on average) for the eleven customers that took part in the "
        "test of the new cache in the spring.",
        None,
    ),
    Case(
        "bracket with a figure",
        "The state awarded the towns along the closed line a total compensation of €3.5bn (about "
        "£2.8bn) over the next eleven years of the contract.",
        None,
    ),
    Case(
        "bracket after an article",
        "Corvane Labs runs its models as a (stateless) unit in an orchestrator that gives each of "
        "its customers one queue and one small disk.",
        None,
    ),
    Case(
        "quotation with commas",
        "“We can connect these projects in 2028, which is late, or in 2034, which is later, if "
        "they do not bend,” said Marta Kalnoz.",
        None,
    ),
    Case(
        "instead of",
        "Instead of one central lock in the database, the scheduler takes a lease on each queue "
        "and gives it back when the queue is empty.",
        None,
    ),
    Case(
        "name that looks like a connective",
        "First Solar and Third Point said on Friday that they had sold their stakes in the plant "
        "to a fund that is run from Zurich.",
        None,
    ),
    Case(
        "entry of a glossary",
        "Reflection Group: An open-source lab co-founded by engineers and researchers committed to "
        "transparent releases of their models and training data.",
        None,
    ),
    Case(
        "sentence with a colon that is no label",
        "Only one remedy closes it for good: Quayside 2.7.4, released on Monday together with "
        "2.5.9 for the long-term branch of the project.",
        None,
    ),
    Case(
        "otherwise",
        "Otherwise an incremental checkpoint is triggered by the oldest worker of the cluster "
        "every ten minutes and written to the nearest of its disks.",
        None,
    ),
    Case(
        "exclusive second clause",
        "Quayside 2.7.4 is out for all platforms, and it is the only version in which the hole in "
        "the upload of adapters is closed.",
        None,
    ),
)
