"""Charts of a report in Python, with Altair (extra: plots): they show in a notebook and save as PNG, SVG, PDF or HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from sayso.errors import MissingExtraError
from sayso.report import views
from sayso.report.clean import clean, shorten
from sayso.report.drawing import draw_ring
from sayso.report.words import OWN_VOICE, SIGNS, interval
from sayso.types import ARTICLE_VOICE, NOT_CLEAR, STANCES, Actor

if TYPE_CHECKING:
    import altair as alt

    from sayso.report.model import PositionReport

COLORS = {"asserts": "#17608f", "denies": "#a23f14", "uncertain": "#a68d12", NOT_CLEAR: "#8b867b"}
_SHAPES = {"asserts": "circle", "denies": "square", "uncertain": "diamond"}
_FONT, _INK, _RULE = "Georgia, Liberation Serif, serif", "#1b1a17", "#d8d2c4"


class Plots:
    """The charts of one report. Each method returns an Altair chart; ``chart.save("timeline.png")`` writes it.

    Raises MissingExtraError where Altair is not installed.
    """

    def __init__(self, report: PositionReport) -> None:
        try:
            import altair
        except ImportError:
            raise MissingExtraError("a chart", "plots") from None
        self._alt = altair
        self._report = report
        self._matrix = report.matrix()

    def matrix(self) -> alt.LayerChart:
        """Claims down, actors across: colour and sign are the verdict, opacity its confidence."""
        alt = self._alt
        rows = [
            {
                "claim": _claim(claim.text),
                "actor": _name(actor),
                "verdict": str(cell.verdict),
                "sign": SIGNS[cell.verdict],
                "confidence": cell.confidence,
                "interval": interval(cell),
                "sentences": cell.n_statements,
            }
            for claim, cells in self._matrix.rows()
            for actor, cell in cells
            if cell
        ]
        data = pd.DataFrame(rows, columns=["claim", "actor", "verdict", "sign", "confidence", "interval", "sentences"])
        claims = [_claim(claim.text) for claim in self._matrix.claims]
        actors = [_name(actor) for actor in self._matrix.actors]
        base = alt.Chart(data).encode(
            x=alt.X("actor:N", sort=actors, title=None, scale=alt.Scale(domain=actors), axis=alt.Axis(orient="top", labelAngle=0, labelLimit=140)),
            y=alt.Y("claim:N", sort=claims, title=None, scale=alt.Scale(domain=claims), axis=alt.Axis(labelLimit=380)),
            tooltip=["claim:N", "actor:N", "verdict:N", alt.Tooltip("confidence:Q", format=".0%"), "interval:N", "sentences:Q"],
        )
        cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
            color=_color(alt, [*STANCES, NOT_CLEAR]),
            opacity=alt.Opacity("confidence:Q", scale=alt.Scale(domain=[0.3, 1], range=[0.35, 1]), legend=None),
        )
        signs = base.mark_text(color="white", fontSize=18, fontWeight="bold").encode(text="sign:N")
        return _styled(alt.layer(cells, signs).properties(width={"step": 120}, height={"step": 40}))

    def timeline(self) -> alt.FacetChart:
        """One panel a claim: who said what on which day; the size is the number of sentences, repeats not counted."""
        alt = self._alt
        marks = views.timeline(self._report, self._matrix)
        data = pd.DataFrame(
            [(_claim(m.claim.text), _name(m.actor), pd.Timestamp(m.day), str(m.label), m.count) for m in marks],
            columns=["claim", "actor", "date", "label", "sentences"],
        )
        chart = (
            alt.Chart()
            .mark_point(filled=True, opacity=0.9)
            .encode(
                x=alt.X(
                    "date:T",
                    title=None,
                    scale=alt.Scale(padding=12),
                    axis=alt.Axis(format="%-d %b", grid=True, tickCount="day" if _short(data) else 8),
                ),
                y=alt.Y("actor:N", title=None, sort=[_name(actor) for actor in self._matrix.actors]),
                color=_color(alt, STANCES),
                shape=alt.Shape("label:N", scale=alt.Scale(domain=[*map(str, STANCES)], range=[_SHAPES[label] for label in STANCES]), legend=None),
                size=alt.Size("sentences:Q", scale=alt.Scale(range=[50, 260]), legend=None),
                yOffset=alt.YOffset("label:N", scale=alt.Scale(domain=[*map(str, STANCES)])),
                tooltip=["claim:N", "actor:N", alt.Tooltip("date:T", format="%-d %B %Y"), "label:N", "sentences:Q"],
            )
            .properties(width=420, height={"step": 30, "for": "position"})
        )
        order = [_claim(claim.text) for claim in self._matrix.claims]
        facet = alt.Facet("claim:N", title=None, sort=order, header=alt.Header(labelAnchor="start", labelFontSize=14, labelFontWeight="bold"))
        return _styled(chart.facet(facet, columns=2, data=data).resolve_scale(y="independent"))

    def network(self) -> alt.LayerChart:
        """Actors on a ring: solid lines join those who agree, dashed lines those who do not, thicker for more claims.

        Raises ValueError where fewer than two or more than 16 actors take sides on common claims.
        """
        alt = self._alt
        ring = draw_ring(views.agreement(self._matrix))
        if ring is None:
            raise ValueError("network: expected 2 to 16 actors who take sides on common claims; look at views.agreement for the pairs")
        place = {node.actor.id: (node.x, -node.y) for node in ring.nodes}
        lines = [
            {"x": a[0], "y": a[1], "x2": b[0], "y2": b[1], "line": edge.kind, "claims": len(getattr(edge.pair, edge.kind))}
            for edge in ring.edges
            for a, b in [_beside(place[edge.pair.first.id], place[edge.pair.second.id], 3.5 if edge.kind == "agree" else -3.5)]
        ]
        nodes = [{"x": n.x, "y": -n.y, "name_x": n.name_x, "name_y": -n.name_y + 5, "name": clean(n.name), "anchor": n.anchor} for n in ring.nodes]
        x, y = (alt.Scale(domain=[0, ring.width]), alt.Scale(domain=[-ring.height, 0]))
        kinds = ["agree", "disagree"]
        edges = (
            alt.Chart(pd.DataFrame(lines))
            .mark_rule(opacity=0.7)
            .encode(
                x=alt.X("x:Q", axis=None, scale=x),
                y=alt.Y("y:Q", axis=None, scale=y),
                x2="x2:Q",
                y2="y2:Q",
                size=alt.Size("claims:Q", scale=alt.Scale(range=[1, 7]), legend=None),
                color=alt.Color("line:N", scale=alt.Scale(domain=kinds, range=[COLORS["asserts"], COLORS["denies"]]), title=None),
                strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [4, 4]]), title=None),
                tooltip=["line:N", "claims:Q"],
            )
        )
        frame = pd.DataFrame(nodes)
        at = {"x": alt.X("x:Q", axis=None, scale=x), "y": alt.Y("y:Q", axis=None, scale=y)}
        dots = alt.Chart(frame).mark_circle(size=220, color=_INK, opacity=1).encode(**at)
        names = [
            alt.Chart(frame[frame.anchor == anchor])
            .mark_text(align=align, fontSize=14, fontWeight="bold", color=_INK)
            .encode(x=alt.X("name_x:Q", axis=None, scale=x), y=alt.Y("name_y:Q", axis=None, scale=y), text="name:N")
            for anchor, align in (("start", "left"), ("middle", "center"), ("end", "right"))
        ]
        return _styled(alt.layer(edges, dots, *names).properties(width=ring.width, height=ring.height))

    def outlets(self) -> alt.Chart:
        """Claims by outlet: sentences that each outlet printed, by what their holders do with the claim."""
        alt = self._alt
        rows = [
            (_claim(cell.claim.text), shorten(name, 40), str(label), number)
            for name, cells in views.outlets(self._report, self._matrix).items()
            for cell in cells.values()
            for label, number in cell.printed
        ]
        data = pd.DataFrame(rows, columns=["claim", "outlet", "label", "sentences"])
        claims = [_claim(claim.text) for claim in self._matrix.claims]
        return _styled(
            alt.Chart(data)
            .mark_bar()
            .encode(
                x=alt.X("sentences:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=3)),
                y=alt.Y("claim:N", title=None, sort=claims, scale=alt.Scale(domain=claims), axis=alt.Axis(labelLimit=380)),
                color=_color(alt, STANCES),
                order=alt.Order("label:N"),
                column=alt.Column("outlet:N", title=None, header=alt.Header(labelFontWeight="bold")),
                tooltip=["claim:N", "outlet:N", "label:N", "sentences:Q"],
            )
            .properties(width=110, height={"step": 26})
        )


def _color(alt: Any, labels: Any) -> Any:
    names = [*map(str, labels)]
    field = "verdict" if NOT_CLEAR in names else "label"
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=names, range=[COLORS[name] for name in names]), title=None, legend=alt.Legend(orient="top"))


def _styled(chart: Any) -> Any:
    axis = {"labelFont": _FONT, "labelFontSize": 13, "labelColor": _INK, "gridColor": _RULE, "domainColor": _RULE, "tickColor": _RULE}
    return (
        chart.configure(font=_FONT, background="#fffdf9", padding=16)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(labelFontSize=13)
    )


def _beside(a: tuple[float, float], b: tuple[float, float], by: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The line from a to b, moved aside, so that two lines of a pair do not hide each other."""
    across, up = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, up) or 1.0
    x, y = -by * up / length, by * across / length
    return (a[0] + x, a[1] + y), (b[0] + x, b[1] + y)


def _short(data: pd.DataFrame) -> bool:
    return len(data) > 0 and (data["date"].max() - data["date"].min()).days <= 14


def _claim(text: str) -> str:
    return shorten(text, 70)


def _name(actor: Actor) -> str:
    return OWN_VOICE if actor.id == ARTICLE_VOICE else shorten(actor.name, 40)
