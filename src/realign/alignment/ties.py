"""Who hears whom: silos, brokers, isolates.

Stage: alignment. In: a plan. Out: a table of ties, a table of units in the network, how modular it is.
Idea: a unit gives the weight `superior` to the one it reports to (all of it if it listens to nobody else) and shares
the rest among those it listens to; the weight of a tie between two units is what either gives the other. Silos are the
communities that greedy maximisation of modularity finds; modularity is the weight within silos above what chance would
put there: 0 where there is one silo, 1/2 in two halves that never talk. A broker joins silos: it has ties to another
silo and lies on more than twice as many shortest paths as the average unit. An isolate has no tie to any unit.
Sources: A. Clauset, M. Newman, C. Moore, Physical Review E 70 (2004); L. Freeman, Sociometry 40 (1977).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from realign.model import Plan

BROKER, ISOLATE = "broker", "isolate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """ties: unit, hears, weight, kind. units: unit, silo, ties, across, betweenness, role. modularity of the silos."""

    ties: pd.DataFrame
    units: pd.DataFrame
    modularity: float


def network(plan: Plan) -> Network:
    """The network of those who are or will be there, as the scenario has it; policies do not change it."""
    import networkx as nx  # only wanted here

    heard = ties(plan)
    names = sorted(plan.units)
    graph: Any = nx.Graph()
    graph.add_nodes_from(names)
    for tie in heard.to_dict("records"):
        a, b = str(tie["unit"]), str(tie["hears"])
        before = graph.edges[a, b]["weight"] if graph.has_edge(a, b) else 0.0
        graph.add_edge(a, b, weight=before + tie["weight"])
    connected = [name for name in names if graph.degree(name) > 0]
    found = nx.community.greedy_modularity_communities(graph.subgraph(connected), weight="weight") if connected else []
    found = sorted((sorted(silo) for silo in found), key=lambda silo: (-len(silo), silo))
    silo_of = {name: n + 1 for n, silo in enumerate(found) for name in silo}
    modularity = float(nx.community.modularity(graph.subgraph(connected), found, weight="weight")) if connected else 0.0
    between = nx.betweenness_centrality(graph)
    usual = float(np.mean(list(between.values())))
    rows = []
    for name in plan.units:
        across = sum(silo_of.get(other) != silo_of.get(name) for other in graph.neighbors(name))
        broker = across > 0 and between[name] > 2.0 * usual
        role = ISOLATE if graph.degree(name) == 0 else BROKER if broker else ""
        rows.append({
            "unit": name, "silo": silo_of.get(name, 0), "ties": int(graph.degree(name)), "across": across,
            "betweenness": float(between[name]), "role": role,
        })  # fmt: skip
    columns = ["unit", "silo", "ties", "across", "betweenness", "role"]
    return Network(ties=heard, units=pd.DataFrame(rows, columns=columns), modularity=modularity)


def ties(plan: Plan) -> pd.DataFrame:
    """One row for each unit and each unit it hears: how, and with what weight; weights of a unit sum to at most 1."""
    units, names = plan.tables.units, sorted(plan.units)
    trust = plan.tables.organisation.superior
    rows = []
    for i, name in enumerate(names):
        peers = range(units.peer_start[i], units.peer_start[i + 1])
        share = trust if len(peers) else 1.0
        if units.superior[i] >= 0:
            rows.append((name, names[units.superior[i]], share, "superior"))
        rows += [(name, names[units.peer[n]], (1.0 - trust) * float(units.peer_weight[n]), "peer") for n in peers]
    return pd.DataFrame([row for row in rows if row[2] > 0.0], columns=["unit", "hears", "weight", "kind"])


def depths(plan: Plan) -> dict[str, int]:
    """How many steps of the cascade lie between the strategy and each unit: 1 for those at the top."""
    superior, names = plan.tables.units.superior, sorted(plan.units)

    def depth(i: int) -> int:
        return 1 if superior[i] < 0 else 1 + depth(int(superior[i]))

    return {name: depth(i) for i, name in enumerate(names)}
