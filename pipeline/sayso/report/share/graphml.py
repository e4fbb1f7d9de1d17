"""Networks for Gephi, visone, igraph and others: who stands with whom, who against whom, and who holds what."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sayso.errors import MissingExtraError
from sayso.report.clean import shorten
from sayso.report.views import agreement
from sayso.types import ARTICLE_VOICE

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_NAME, _TEXT = 200, 1000  # characters of a name and of a claim


def files(report: PositionReport) -> dict[str, str]:
    """``congruence.graphml`` and ``conflict.graphml`` join actors, weighted by the claims that they agree or disagree on;
    ``positions.graphml`` joins actors and claims, with verdict and figures on the edge.

    Raises MissingExtraError without networkx.
    """
    try:
        import networkx as nx
    except ImportError:
        raise MissingExtraError("GraphML", "graph") from None
    matrix = report.matrix()
    congruence, conflict, held = nx.Graph(), nx.Graph(), nx.Graph()
    for actor in matrix.actors:
        facts = {"label": shorten(actor.name, _NAME), "kind": shorten(actor.kind, _NAME) or "unknown", "own_voice": actor.id == ARTICLE_VOICE}
        for graph in (congruence, conflict, held):
            graph.add_node(_id("actor", actor.id), type="actor", **facts)
    for pair in agreement(matrix):
        ends = (_id("actor", pair.first.id), _id("actor", pair.second.id))
        for graph, claims in ((congruence, pair.agree), (conflict, pair.disagree)):
            if claims:
                graph.add_edge(*ends, weight=len(claims), claims=shorten("; ".join(c.text[:_TEXT] for c in claims), _TEXT))
    for claim, cells in matrix.rows():
        held.add_node(_id("claim", claim.id), type="claim", label=shorten(claim.text, _TEXT))
        for actor, cell in cells:
            if cell:
                figures = {"confidence": cell.confidence, "lower": cell.lower, "upper": cell.upper, "weight": cell.n_statements}
                held.add_edge(_id("actor", actor.id), _id("claim", claim.id), verdict=str(cell.verdict), shift=cell.shift, **figures)
    graphs = {"congruence": congruence, "conflict": conflict, "positions": held}
    return {f"{name}.graphml": _xml(nx, graph) for name, graph in graphs.items()}


def _id(kind: str, id_: str) -> str:
    from sayso.report.words import anchor

    return anchor(kind, id_)  # of letters that XML allows, and never two alike


def _xml(nx: Any, graph: Any) -> str:
    stream = io.BytesIO()
    nx.write_graphml(graph, stream)
    return stream.getvalue().decode("utf-8")
