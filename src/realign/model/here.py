"""Scratch of one week: what the steps of a week hand to each other and the next week does not need.

Allocated once for a group of lanes and overwritten every week, or, what depends on who is there, whenever people come
or go; `play` begins it anew, so it is no state.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.lanes import WIDTH
from realign.model.own_rule import room_of
from realign.model.state import side_by_side
from realign.model.tables import Tables
from realign.model.work import AT_HAND


class Here(NamedTuple):
    """L lanes; J = K rounded up to a multiple of four, which is how normals come; M crowds."""

    words: ndarray  # (4, L) uint64 words of one draw
    finding: ndarray  # (O, 2, L) uniforms: whether which opportunity is found, and adopted at once
    noise: ndarray  # (K, 4, L) normals of the week: priority, perception, reading, output
    swing: ndarray  # (1, 2, L) a normal, for demand
    priority: ndarray  # (K, L) true priorities, summing to 1
    demand: ndarray  # (L,)
    garble: ndarray  # (N, J, L) normals: what the cascade garbles
    garbled: ndarray  # (N, K, L) the factors by which it does
    sensed: ndarray  # (N, J, L) true priorities through each unit's own noise, summing to 1 over K
    people: ndarray  # (N, L) people there, without loss
    there: ndarray  # (N, L) 1.0 where there are any, else 0.0
    presence: ndarray  # (N, L / WIDTH) int64: in how many lanes of each pack: NOBODY, SOMEBODY, EVERYBODY
    trust: ndarray  # (N, L) weight of what each unit hears from above
    share_of_peers: ndarray  # (N, L) (1 - that) / the weight of all peers who are there
    in_full: ndarray  # (K, L) weekly output if all worked on one objective, per quality of methods
    unabsorbed: ndarray  # (S, L) share of each shock that active contingencies let through
    lost: ndarray  # (N, L) share of capacity lost
    productivity: ndarray  # (K, L)
    garbling: ndarray  # (L,) noise of a step of the cascade
    through: ndarray  # (L,)
    present: ndarray  # (N, L) people present and engaged: C_i
    share: ndarray  # (L,) of their time that goes to work
    time: ndarray  # (N, L) effective person-weeks that go to work
    own_effort: ndarray  # (AT_HAND, K, L) effort of some units' people, by the length of their beliefs
    effort: ndarray  # (K, F, L)
    total: ndarray  # (K, L) effort by objective
    automatic: ndarray  # (K, L) the automated part of it
    pull: ndarray  # (K, K, L) sum of effort x direction of belief, by objective
    output: ndarray  # (K, L)
    attained: ndarray  # (K, L)
    logs: ndarray  # (K, L) of attainment
    value: ndarray  # (L,) value of the week
    wages: ndarray  # (L,) people on the payroll
    responding: ndarray  # (L,) 1.0 while a response is under way
    grown: ndarray  # (N, L) share of the people there who are newcomers of this week
    before: ndarray  # (N, K, L) beliefs of last week of those who lead others
    heard: ndarray  # (K, L) from above, by one unit
    kept: ndarray  # (K, L) belief of one unit as it was
    voices: ndarray  # (M, K, L) sums of last week's beliefs over each crowd
    target: ndarray  # (K, L)
    sum: ndarray  # (L,)
    resultant: ndarray  # (K, L) sum of people x direction of belief
    record: ndarray  # (5, L) people-weighted sums: weight, strategic, to belief, engagement, churn
    hazard: ndarray  # (2, L) of finding an opportunity, and the chance to
    alarm: ndarray  # (L,) 1.0 where the detector raises one
    speaking: ndarray  # (L,) 1.0 where a contingency speaks in leadership's stead, or did until now
    ahead: ndarray  # (3, K) of each objective: weeks to close its gap, what fading leaves until then, and per week
    proposal: ndarray  # (K,)
    need: ndarray  # (K,)
    density: ndarray  # (K,)
    situation: ndarray  # what a user's own rule sees, see own_rule
    fault: ndarray  # (4,) int64: status of an own rule that failed (0: none did), policy, lane, week


def scratch(tables: Tables, lanes: int) -> Here:
    """Fresh scratch for a group of lanes."""
    N, K = tables.units.skill.shape
    F, S, O = tables.objectives.share.shape[1], len(tables.shocks.rate), len(tables.opportunities.gain)  # noqa: E741
    J, M = -(-K // 4) * 4, tables.units.crowd_start.shape[1]
    shapes = {
        "noise": (K, 4), "swing": (1, 2), "priority": (K,), "demand": (), "garble": (N, J), "garbled": (N, K),
        "sensed": (N, J), "people": (N,), "there": (N,), "trust": (N,), "share_of_peers": (N,), "in_full": (K,),
        "unabsorbed": (S,), "lost": (N,), "productivity": (K,), "garbling": (), "through": (), "present": (N,),
        "share": (), "time": (N,), "own_effort": (AT_HAND, K), "effort": (K, F), "total": (K,), "automatic": (K,),
        "pull": (K, K), "output": (K,), "attained": (K,), "value": (), "wages": (), "responding": (),
        "before": (N, K), "heard": (K,), "kept": (K,), "voices": (M, K), "grown": (N,), "target": (K,), "logs": (K,),
        "sum": (), "resultant": (K,), "record": (5,), "finding": (O, 2), "hazard": (2,), "alarm": (), "speaking": (),
    }  # fmt: skip
    arrays = {name: np.zeros((*shape, lanes)) for name, shape in shapes.items()}
    here = Here(
        **arrays, words=np.zeros((4, lanes), np.uint64), presence=np.zeros((N, lanes // WIDTH), np.int64),
        ahead=np.zeros((3, K)), proposal=np.zeros(K), need=np.zeros(K),
        density=np.zeros(K), situation=np.zeros(room_of(K)), fault=np.zeros(4, np.int64),
    )  # fmt: skip
    return side_by_side(here)[1]
