"""Words that say the same of a value, whatever their form: `laid off`, `cut`, `dismissed`."""

from __future__ import annotations

from pipeline.analysis.stems import stem

_CLASSES = {
    stem(word): name
    for name, members in {
        "kill": "kill killed die died dies dead death deaths fatality fatalities dying killing",
        "injure": "injure injured hurt wounded wound injuries injury",
        "person": "people person persons individuals residents",
        "job": "job jobs employee employees worker workers staff staffers position positions role "
        "roles post posts layoffs layoff headcount",
        "chip": "chip chips gpu gpus accelerator accelerators processor processors",
        "cut": "cut cuts cutting lay_off eliminate shed axe axed slash slashed dismiss dismissed "
        "fire fired sack sacked redundant trim trimmed",
        "worth": "worth value valued values valuing total totals totalling totaling price priced "
        "amount",
        "deal": "deal deals agreement agreements contract contracts partnership pact lease "
        "transaction acquisition takeover buyout merger purchase buy buys bought buying acquire "
        "acquired acquires acquiring purchased",
        "raise": "raise raised raises raising secure secured funding round financing",
        "pay": "pay pays paid paying payment payments spend spent spends spending",
        "earn": "earn earned earns earnings income make made makes made",
        "cost": "cost costs costing price priced",
        "fine": "fine fined fines penalty penalties penalised penalized",
        "sign": "finalise finalize finalised finalized sign signed signs signing complete "
        "completed close closed concluded conclude",
        "effect": "takes_effect take_effect took_effect effective comes_into come_into came_into",
        "start": "start starts started begin begins began beginning",
        "end": "end ends ended expire expires expired finish",
        "announce": "announce announced announces unveil unveiled reveal revealed disclose "
        "disclosed",
        "launch": "launch launched launches release released releases ship ships shipped shipping",
        "hold": "hold holds held take_place takes_place took_place",
        "up": "rise rises rose risen grow grows grew grown increase increased increases climb "
        "climbed jump jumped gain gained surge surged",
        "down": "fall falls fell fallen drop drops dropped decline declined decrease decreased "
        "shrink shrank slump slumped plunge plunged",
        "receive": "receive received receives deliver delivered delivers hand_over turn_over "
        "turned_over handed_over",
        "be": "stand stands stood remain remains remained reach reached reaches hit",
        "hire": "employ employs employed hire hires hired create creates created",
        "vote": "vote votes voted voting pass passed passes approve approved approves confirm "
        "confirmed reject rejected rejects defeat defeated",
        "senate": "senate senators senator",
        "deploy": "deploy deployed deploys send sent sends",
    }.items()
    for word in members.split()
}
"""Words that say the same of a value. From the wordings in basil's events and in the seeds."""


def word_class(word: str) -> str:
    """Return the class of a word, its stem where it has none."""
    key = stem(word)
    return _CLASSES.get(key, key)


def joined_class(verb: str, particle: str) -> str:
    """Return the class of a verb with its particle: `laid off`, `takes effect`."""
    word = stem(f"{'lay' if verb == 'laid' else verb}_{particle}")
    return _CLASSES.get(word, word)
