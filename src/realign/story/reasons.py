"""Why a rule proposed what it did, in words.

Stage: story. In: a life, a decision. Out: a sentence, or the end of one.
Idea: three of the rules have one reason for all they do, which is said once in each form of words. The rule `plan`
either provides for every target, and has something left over, or finds that the targets ask for more effort than there
is, and lets go where effort buys least; which of both, of how much, and at whose expense, is said each time.
"""

from __future__ import annotations

from realign.report.words import listed
from realign.story.phrases import NOTHING, Voice, named, share
from realign.story.reading import policy_of
from realign.twin.leadership import Decision
from realign.twin.life import Life
from realign.twin.rules import effort_needed

_SAME_EACH_TIME = {
    "static": ("the first plan stands whatever is read", "the plan was not up for discussion"),
    "follow": ("effort goes where the market seems to go", "the rule is to go where the market goes"),
    "gap": ("effort goes where most is missing of what matters", "the widest gaps that matter come first"),
}
_OWN = ("so says its own rule",)
_MANY_TIMES = 10.0  # the effort there is: beyond this the number says no more


def because(life: Life, voice: Voice) -> str:
    """The reason of a rule that has but one; once for each form of words."""
    rule = policy_of(life).rule
    if rule == "plan":
        return ""
    words = voice.turn(f"why {rule}", *_SAME_EACH_TIME.get(rule, _OWN))
    return f", because {words}" if voice.once(words) else ""


def reckoned(life: Life, decision: Decision, voice: Voice) -> list[str]:
    """How the rule `plan` reckoned: whether there was enough for all targets, and if not, where it let go."""
    if policy_of(life).rule != "plan":
        return []
    needed = {name: effort_needed(decision.view, name) for name in decision.proposal}
    whole = sum(needed.values())
    return [_enough(1.0 - whole, voice) if whole <= 1.0 else _too_little(decision, needed, voice)]


def _enough(left: float, voice: Voice) -> str:
    if left < NOTHING:
        return "By leadership's reckoning all targets could just be provided for."
    return voice.turn(
        "enough",
        f"By leadership's reckoning every target could be provided for, and the {share(left)} left over went where the "
        "market seemed to be.",
        f"There seemed to be enough for every target, with {share(left)} to spare for what the market was thought to "
        "want.",
    )


def _too_little(decision: Decision, needed: dict[str, float], voice: Voice) -> str:
    """Which objectives were to get nothing, and which one less than it needed."""
    whole, given = sum(needed.values()), decision.proposal
    asked = f"{share(whole)} of the effort there was" if whole < _MANY_TIMES else "many times the effort there was"
    short = sorted(name for name in needed if needed[name] - given[name] > NOTHING)
    nothing = [named(name) for name in short if given[name] < NOTHING]
    was = "" if nothing else "was to get "
    less = [f"{named(name)} {was}less than it needed" for name in short if given[name] >= NOTHING]
    gone = [f"{listed(nothing)} {'was' if len(nothing) == 1 else 'were'} to get nothing"] if nothing else []
    if not short:
        return f"By leadership's reckoning the targets asked for {asked}."
    let_go = " and ".join([*gone, *less])
    if voice.again("let go", let_go):
        return f"Again the targets asked for {asked}, and the same had to give."
    if voice.once("too little"):
        return f"By leadership's reckoning the targets asked for {asked}: {let_go}, because effort buys least there."
    return voice.turn(
        "too little",
        f"Again the targets asked for too much, {asked}: {let_go}.",
        f"What was asked for was {asked}: this time {let_go}.",
    )
