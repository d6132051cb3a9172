"""Sentences that may stand alone in a brief, written in the manner of news and release notes."""

from __future__ import annotations

GOOD_SENTENCES: tuple[str, ...] = (
    "Corvane Labs will pay Brightmoor $40 million a month for 18,000 accelerators.",
    "The European Commission fined Quillon €120 million on Tuesday for hiding a data breach.",
    "Version 2.7.4 of Quayside closes a hole that let visitors run code on the host.",
    "Dunmarrow Semiconductor may delay its D7 accelerator until April 2027, two suppliers said.",
    "Administrators should upgrade to Quayside 2.7.4 before they expose port 7411.",
    "The scheduler replaces one central lock with a lease per queue.",
    "Sales at Harrowgate Partners rose 12 per cent to £3.4bn in the third quarter.",
    "“We will not sell the plant in Skarvik,” said Ana Ruiz, who chairs Brightmoor.",
    "No independent laboratory has repeated the results of the Lindhaven team.",
    "The regulator in Tallinn did not say when the new rules take effect.",
    "Tarnhelm Networks has raised $220 million in a Series C round led by Foxglove Capital.",
    "Prices for HBM4 memory are expected to fall by about 8% next year.",
    "The merger leaves three companies with 90% of the market for optical switches.",
    "A VX-9 board draws 1.4 kW under load, twice as much as its predecessor.",
    "Brightmoor shares fell 4% in Oslo after the announcement.",
)
