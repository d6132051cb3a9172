"""Pairs of sentences on one event: what they disagree on, agree on, or do not both speak of."""

from __future__ import annotations

CONTRADICTING = [
    ("Corvane laid off 300 employees on Tuesday.", "Corvane cut 500 jobs."),
    ("Corvane said 300 workers were laid off.", "Corvane dismissed about 450 employees."),
    ("The plant will employ 2,000 people.", "The plant will create 2,500 jobs."),
    ("The fire killed 12 people.", "The blaze left 14 people dead."),
    ("Nine passengers were injured.", "The crash injured 11 passengers."),
    ("The deal is worth $6.3 billion.", "Corvane signed a $5 billion deal with Brightmoor."),
    ("Corvane bought Brightmoor for $2 billion.", "Corvane paid $3 billion for Brightmoor."),
    (
        "Corvane acquired Brightmoor for $2 billion in cash.",
        "The $2.6 billion acquisition of Brightmoor by Corvane is its largest.",
    ),
    ("Corvane raised $40 million from Alder.", "Corvane has raised $45 million from Alder."),
    (
        "Brightmoor was fined €30 million by the regulator.",
        "The regulator imposed a €35 million fine on Brightmoor.",
    ),
    ("The phone costs $499.", "The phone is priced at $549."),
    (
        "Corvane's revenue rose 12% to $5.2 billion.",
        "Revenue climbed 14% to $5.2 billion, Corvane said.",
    ),
    (
        "Corvane's revenue rose 12% to $5.2 billion.",
        "Revenue climbed 12% to $5.4 billion, Corvane said.",
    ),
    ("Corvane will pay $150 million a month.", "Corvane will pay $2.4 billion a year."),
    ("Unemployment fell to 4.2 percent.", "Unemployment fell to 4.6 percent."),
    ("42 percent of voters support the plan.", "47 percent of voters support the plan."),
    ("The bridge is 1.2 km long.", "The bridge is 2 miles long."),
    ("The hall draws 40 MW of power.", "The hall draws 0.06 GW of power."),
    ("Quill 3 has 70 billion parameters.", "The Quill 3 model has 120 billion parameters."),
    ("Each GB300 features 80 GB of memory.", "The GB300 has 288 GB of memory."),
    ("The outage lasted six hours.", "The outage lasted about nine hours."),
    ("The flaw affects 2.3 million routers.", "Some 4 million routers are affected by the flaw."),
    (
        "The contract covers 18,000 VX-9 accelerators in the lease.",
        "Under the lease Corvane gets 24,000 VX-9 accelerators, says the contract.",
    ),
    ("The cluster runs on GB300 chips.", "The cluster runs on H100 chips."),
    ("The flaw was fixed in Quill 2.7.4.", "The flaw is fixed in Quill 2.7.5."),
    ("The rules take effect on 1 July 2026.", "The rules will take effect on 1 August 2026."),
    (
        "Corvane signed the lease on 22 June 2026.",
        "The lease was signed by Corvane on 24 June 2026.",
    ),
    ("Corvane will launch Quill 3 on 5 August 2026.", "Quill 3 launches on 12 August 2026."),
    (
        "Corvane will launch Quill 3 on 5 August 2026.",
        "Corvane launches Quill 3 on 12 August 2026.",
    ),
    ("Turnout was 61 percent.", "Turnout reached 68 percent, officials said."),
    (
        "Corvane pays Brightmoor $40 million a month for chips in Skarvik.",
        "Corvane pays Brightmoor $45 million a month for its chips, Kestrel says.",
    ),
    ("The strike began on 3 June 2026.", "The strike started on 5 June 2026."),
    (
        "Corvane pays Brightmoor $40 million a month.",
        "Corvane pays Brightmoor $45 million a month.",
    ),
    ("Roe has led the council since 2019.", "Roe has led the council since 2021."),
    ("Jane Roe, 43, will lead the company.", "The company picked Jane Roe, 45, a banker."),
    ("The Senate voted 51-49 to pass the bill.", "Senators passed the bill by 52 to 48."),
]
"""Both state one attribute and cannot both be right."""

AGREEING = [
    ("Corvane gets about 20,000 GB300 units.", "Corvane gets 20,000 GB300 units."),
    ("Corvane gets nearly 20,000 GB300 units.", "Corvane gets 19,870 GB300 units."),
    ("Corvane gets more than 20,000 GB300 units.", "Corvane gets 24,000 GB300 units."),
    ("Corvane raised $1.8bn.", "Corvane raised $1.8 billion."),
    ("Corvane paid $43 million in taxes.", "Corvane paid $43,885,310 in taxes."),
    ("Corvane will pay $150 million a month.", "Corvane will pay $1.8 billion a year."),
    ("The hall draws 40 MW of power.", "The hall draws 0.04 GW of power."),
    ("The bridge is 80 km long.", "The bridge is 50 miles long."),
    ("The outage lasted 90 minutes.", "The outage lasted 1.5 hours."),
    ("Up to 500 jobs will be cut at Corvane.", "Corvane will cut 420 jobs."),
    ("Unemployment fell to 4.2 percent.", "Unemployment fell to 4.2%."),
    ("The fire killed at least 12 people.", "The fire killed 14 people."),
    ("The Senate voted 51-49 to pass the bill.", "Senators passed the bill by 51 to 49."),
    ("The rules take effect in July 2026.", "The rules take effect on 1 July 2026."),
    ("The flaw was fixed in Quill 2.7.4.", "The flaw is fixed in Quill v2.7.4."),
    ("The cluster runs on GB300 chips.", "The cluster runs on Velandra GB300 chips."),
]
"""Both state one attribute, and both may be right."""

APART = [
    ("Corvane will pay $6.3 billion.", "Corvane will pay $150 million a month for 3.5 years."),
    ("Corvane laid off 300 employees.", "Corvane hired 500 employees."),
    ("Corvane laid off 300 employees.", "Brightmoor laid off 500 employees."),
    ("Corvane laid off 300 employees.", "Corvane laid off another 500 employees."),
    ("Corvane laid off 300 employees in Oslo.", "Corvane laid off 500 employees in Bergen."),
    ("Corvane laid off 300 employees.", "Corvane laid off 500 of its 9,000 employees in 2024."),
    ("The fire killed 12 people.", "The fire injured 40 people."),
    ("Revenue rose 12% in 2025.", "Revenue rose 9% in 2024."),
    ("Revenue rose to $5 billion.", "Revenue rose from $4 billion."),
    ("Revenue rose to $5 billion.", "Profit rose to $1 billion."),
    ("Corvane raised $40 million.", "Corvane raised €35 million."),
    ("The fund pays $3 a share.", "The fund pays $40 million."),
    ("Corvane may cut 800 jobs.", "Corvane cut 300 jobs."),
    ("Corvane expects to raise $50 million.", "Corvane raised $40 million."),
    ("The deal was announced on 1 July 2026.", "The deal was signed on 22 June 2026."),
    ("Corvane announced a lease on 1 July 2026.", "Corvane announced a hire on 3 July 2026."),
    ("The lease runs until 2029.", "The lease has run since 2026."),
    ("The flaw affects Quill 2.7.3.", "The flaw is fixed in Quill 2.7.4."),
    ("The flaw is fixed in Quill 2.7.4.", "The flaw is fixed in Inkwell 2.5.9."),
    ("Quill 3 has 70 billion parameters.", "Inkwell 4 has 120 billion parameters."),
    ("The House voted 217-213 to pass the bill.", "The Senate voted 51-49 to pass the bill."),
    ("Jane Roe, 43, will lead the company.", "John Doe, 61, leaves the company."),
    ("The price is now $549.", "The price was $499."),
    ("He raised $5 million for it.", "She raised $7 million for them."),
]
"""The two speak of different attributes, things or times."""
