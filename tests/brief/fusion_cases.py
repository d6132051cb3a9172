"""Sentences made of two evidence sentences: what they may say, and what they must not."""

from __future__ import annotations

from typing import NamedTuple


class Fusion(NamedTuple):
    """Evidence with true and false sentences made of it."""

    evidence: tuple[str, ...]
    true: tuple[str, ...]
    false: tuple[str, ...]


FUSIONS: tuple[Fusion, ...] = (
    Fusion(
        ("Senators pressed the minister to consider cancelling the summit in Skarvik.",),
        ("Senators pressed the minister to consider cancelling the summit.",),
        ("Senators pressed the minister to cancel the summit in Skarvik.",),
    ),
    Fusion(
        ("Data moves to a cache, because the link to an archive in Dublin carries 400 Gb/s.",),
        ("The link to an archive in Dublin carries 400 Gb/s, and data moves to a cache.",),
        ("An archive in Dublin carries 400 Gb/s, and data moves to a cache.",),
    ),
    Fusion(
        (
            "The Parma plant is unlikely to reopen before May, wholesalers say.",
            "Stocks of the antibiotic fell by half in June.",
        ),
        (
            "Wholesalers say the Parma plant is unlikely to reopen before May.",
            "Stocks of the antibiotic fell by half in June, and wholesalers say the Parma plant is "
            "unlikely to reopen before May.",
        ),
        ("Wholesalers say stocks of the antibiotic fell by half in June.",),
    ),
    Fusion(
        (
            "Ostrava Tools has bought the valve maker Pellworm for $90 million.",
            "Pellworm, founded in Husum in 1961, employs 340 people.",
        ),
        (
            "Ostrava Tools has bought Pellworm, which employs 340 people, for $90 million.",
            "Ostrava Tools has bought the valve maker Pellworm, founded in Husum in 1961.",
        ),
        (
            "Ostrava Tools, which employs 340 people, has bought the valve maker Pellworm.",
            "Ostrava Tools, founded in Husum in 1961, has bought the valve maker Pellworm.",
            "Pellworm has bought the valve maker Ostrava Tools for $90 million.",
            "Ostrava Tools has bought the valve maker Pellworm for $340 million.",
            "Ostrava Tools has bought the valve maker Pellworm in Husum for 340 people.",
            "Ostrava Tools has bought the valve maker Pellworm and employs 340 people.",
            "Ostrava Tools has bought the valve maker Pellworm in 1961.",
            "Ostrava Tools will buy the valve maker Pellworm for $90 million.",
            "Ostrava Tools may have bought the valve maker Pellworm for $90 million.",
            "Pellworm, founded in Husum in 1961, has bought Ostrava Tools.",
        ),
    ),
    Fusion(
        (
            "Streamlet 1.15 shrinks its buffers by itself when a consumer falls behind.",
            "Aligned snapshots were introduced in Streamlet 1.4 and can wait for minutes.",
        ),
        (
            "Streamlet 1.15 shrinks its buffers when a consumer falls behind, and aligned "
            "snapshots can wait for minutes.",
        ),
        (
            "Aligned snapshots, introduced in Streamlet 1.15, can wait for minutes.",
            "Aligned snapshots were introduced in Streamlet 1.15 and can wait for minutes.",
            "Aligned snapshots shrink its buffers when a consumer falls behind.",
            "Streamlet 1.4 shrinks its buffers by itself when a consumer falls behind.",
            "Streamlet 1.15 shrinks its buffers by itself and can wait for minutes.",
            "Streamlet 1.15 shrinks its buffers when aligned snapshots wait for minutes.",
            "Aligned snapshots were introduced in Streamlet 1.4 and wait for minutes.",
        ),
    ),
    Fusion(
        (
            "Caldera Air lost 210 million euros last year, said its chief, Ines Torvald.",
            "Nimbus Jet earned 45 million euros and may add 12 planes in May.",
        ),
        ("Nimbus Jet earned 45 million euros, while Caldera Air lost 210 million euros.",),
        (
            "Caldera Air lost 45 million euros, while Nimbus Jet earned 210 million euros.",
            "Nimbus Jet lost 210 million euros, while Caldera Air earned 45 million euros.",
            "Caldera Air lost 210 million euros and may add 12 planes in May.",
            "Nimbus Jet earned 45 million euros and will add 12 planes in May.",
            "Nimbus Jet earned 45 million euros and adds 12 planes in May.",
            "Nimbus Jet earned 12 million euros and may add 45 planes in May.",
            "Nimbus Jet earned 45 million euros last year, said its chief, Ines Torvald.",
            "Nimbus Jet did not earn 45 million euros and may add 12 planes in May.",
            "Nimbus Jet earned 45 million euros and may not add 12 planes in May.",
        ),
    ),
    Fusion(
        (
            "The council of Grenholm rejected the tram on Tuesday by 31 votes to 28.",
            "The tram would have cost about 400 million crowns, the mayor, Pia Lund, said.",
        ),
        (
            "The council of Grenholm rejected the tram, which would have cost about 400 million "
            "crowns.",
        ),
        (
            "The council of Grenholm approved the tram on Tuesday by 31 votes to 28.",
            "The council of Grenholm rejected the mayor, Pia Lund, on Tuesday.",
            "The council of Grenholm rejected the tram on Tuesday by 28 votes to 31.",
            "The council of Grenholm rejected the tram, which would have cost 400 million crowns.",
            "The council of Grenholm rejected the tram, which costs about 400 million crowns.",
            "The mayor, Pia Lund, rejected the tram on Tuesday by 31 votes to 28.",
            "The tram rejected the council of Grenholm on Tuesday by 31 votes to 28.",
            "The mayor, Pia Lund, said that the council of Grenholm rejected no tram.",
        ),
    ),
    Fusion(
        (
            "Wexmoor Bank said that thieves took the data of 70,000 clients from a server in Riga.",
            "No money was stolen, and Wexmoor Bank expects a fine of up to €6 million.",
        ),
        (
            "Thieves took the data of 70,000 clients of Wexmoor Bank, but no money was stolen.",
            "Thieves took the data of 70,000 clients from a server in Riga, Wexmoor Bank said.",
        ),
        (
            "Thieves took the data of 7,000 clients of Wexmoor Bank from a server in Riga.",
            "Wexmoor Bank took the data of 70,000 clients from a server in Riga.",
            "Thieves took the data of 70,000 clients of Wexmoor Bank, and money was stolen.",
            "Wexmoor Bank expects a fine of €6 million after thieves took the data.",
            "Wexmoor Bank expects a fine of at least €6 million.",
            "Wexmoor Bank expects thieves from a server in Riga and a fine of up to €6 million.",
            "No thieves took the data of 70,000 clients from a server in Riga.",
            "Thieves took the data of 70,000 clients and expect a fine of up to €6 million.",
            "Thieves took the data of €6 million clients from a server in Riga.",
        ),
    ),
    Fusion(
        (
            "Two years after its first sale, Larchfield values its shares at $900 million.",
            "Its rival Dunmere sold 4% of its shares to Okonjo Capital in March.",
        ),
        ("Larchfield values its shares at $900 million two years after its first sale.",),
        (
            "Larchfield valued its shares at $900 million two years ago.",
            "Larchfield sold 4% of its shares to Okonjo Capital in March.",
            "Dunmere values its shares at $900 million two years after its first sale.",
            "Okonjo Capital sold 4% of its shares to Dunmere in March.",
            "Dunmere sold 4% of its shares to Larchfield in March.",
            "Dunmere sold $900 million of its shares to Okonjo Capital in March.",
            "Okonjo Capital values its shares at $900 million.",
            "Two years before its first sale, Larchfield values its shares at $900 million.",
        ),
    ),
    Fusion(
        (
            "The drug Vexalin cut deaths by 18% in a trial with 2,400 patients in Ghent.",
            "Makers of an older drug, Tornapil, halted its trial after 9 patients fell ill.",
        ),
        ("Vexalin cut deaths by 18% in a trial with 2,400 patients.",),
        (
            "The drug Tornapil cut deaths by 18% in a trial with 2,400 patients in Ghent.",
            "The drug Vexalin cut deaths by 18% in a trial with 9 patients in Ghent.",
            "Makers of Vexalin halted its trial after 9 patients fell ill.",
            "The drug Vexalin cut deaths by 18% after 9 patients fell ill.",
            "Makers of Tornapil halted its trial after 2,400 patients fell ill.",
            "Makers of an older drug, Vexalin, halted its trial after 9 patients fell ill.",
            "The drug Vexalin did not cut deaths by 18% in a trial with 2,400 patients.",
            "Makers of a new drug, Tornapil, halted its trial after 9 patients fell ill.",
        ),
    ),
    Fusion(
        (
            "Harrow Chips could ship its R2 board by June if a plant in Turku reopens.",
            "The R2 draws 60 watts, and the R1 that it replaces drew more than 95 watts.",
        ),
        ("The R2 draws 60 watts, and Harrow Chips could ship it by June if a plant reopens.",),
        (
            "Harrow Chips will ship its R2 board by June if a plant in Turku reopens.",
            "Harrow Chips could ship its R2 board by June.",
            "The R2 draws 95 watts, and the R1 that it replaces drew more than 60 watts.",
            "The R1 draws 60 watts, and the R2 that it replaces drew more than 95 watts.",
            "The R2 draws 60 watts, and the R1 that it replaces drew 95 watts.",
            "A plant in Turku could ship its R2 board by June.",
            "Harrow Chips could ship its R1 board by June if a plant in Turku reopens.",
            "Harrow Chips draws 60 watts, and the R1 that it replaces drew more than 95 watts.",
        ),
    ),
)
