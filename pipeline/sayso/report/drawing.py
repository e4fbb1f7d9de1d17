"""Where things stand in the pictures of the page: shares of a width for timelines, points of a drawing for the ring."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sayso.report.clean import shorten
from sayso.report.views import Mark, Pair, ring
from sayso.report.words import OWN_VOICE, ShiftView, count, day
from sayso.types import ARTICLE_VOICE, Actor

_MARGIN = 3.0  # percent of a track's width that stays free on either side, so that no mark is cut
_ROW, _STEP = 30, 13  # height of a track, and from one mark of a day to the next, in CSS pixels
_WIDTH, _HEIGHT, _RADIUS = 760, 420, 150  # of the ring, in units of its drawing
_NAME = 26  # characters of a name beside the ring
_MAX_RING = 16  # actors that a ring can hold and still be read


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the axis: ``at`` in percent of the width."""

    at: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at ``at`` percent of the width and ``y`` pixels from the top, ``size`` pixels from its middle to its edge."""

    mark: Mark
    at: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Track:
    """One actor's dots on one claim, ``height`` pixels high, where the stance changed (percent), and the same in words."""

    actor: Actor
    dots: tuple[Dot, ...]
    turns: tuple[float, ...]
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class Timelines:
    """All tracks by claim id, on one axis. Empty where there are fewer than two dates."""

    ticks: tuple[Tick, ...] = ()
    tracks: Mapping[str, Sequence[Track]] | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.tracks)


def timelines(marks: Sequence[Mark], shifts: Sequence[ShiftView] = ()) -> Timelines:
    """Put marks on one axis from the first date to the last, and changes of stance where they were first seen."""
    days = sorted({mark.day for mark in marks})
    if len(days) < 2:
        return Timelines()
    first, length = days[0], (days[-1] - days[0]).days

    def at(date: dt.date) -> float:
        return _MARGIN + (100 - 2 * _MARGIN) * (date - first).days / length

    by_claim: dict[str, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    for mark in marks:
        by_claim[mark.claim.id][mark.actor.id].append(mark)
    turns: dict[tuple[str, str], list[float]] = defaultdict(list)
    for view in shifts:
        if view.after and view.after.judgement.published:
            turns[view.position.claim, view.position.actor].append(at(view.after.judgement.published))
    tracks = {claim: [_track(row, turns[claim, actor], at) for actor, row in rows.items()] for claim, rows in by_claim.items()}
    return Timelines(tuple(_ticks(days, at)), tracks)


def _ticks(days: Sequence[dt.date], at: Callable[[dt.date], float]) -> Iterable[Tick]:
    middle = min(days, key=lambda date: abs((date - days[0]) - (days[-1] - date)))
    first = f"{days[0].day} {days[0]:%B}" if days[0].year == days[-1].year else day(days[0])
    yield Tick(at(days[0]), first, "start")
    if 25 < at(middle) < 75:
        yield Tick(at(middle), f"{middle.day} {middle:%B}", "middle")
    yield Tick(at(days[-1]), day(days[-1]), "end")


def _track(marks: Sequence[Mark], turns: Sequence[float], at: Callable[[dt.date], float]) -> Track:
    by_day: dict[dt.date, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_day[mark.day].append(mark)
    height = _ROW + _STEP * (max(map(len, by_day.values())) - 1)
    dots = [
        Dot(mark, at(date), height / 2 + _STEP * (n - (len(same) - 1) / 2), min(8.0, 4 + 1.3 * math.sqrt(mark.count - 1)))
        for date, same in by_day.items()
        for n, mark in enumerate(same)
    ]
    text = "; ".join(f"{day(mark.day)}: {mark.label}, {count(mark.count, 'sentence')}" for mark in marks)
    if turns:
        text += "; the stance changed"
    return Track(marks[0].actor, tuple(dots), tuple(turns), height, text)


@dataclass(frozen=True, slots=True)
class Node:
    """An actor on the ring with the place of the name."""

    actor: Actor
    x: float
    y: float
    name: str
    name_x: float
    name_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two actors: ``kind`` is agree or disagree, ``width`` one unit and more by the number of claims."""

    kind: str
    path: str
    width: float
    pair: Pair


@dataclass(frozen=True, slots=True)
class Ring:
    """Actors on a circle with what they share and what divides them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int = _WIDTH
    height: int = _HEIGHT


def draw_ring(pairs: Sequence[Pair]) -> Ring | None:
    """The ring of the actors in ``pairs``; None where it would show nothing or too much to be read."""
    places = ring(pairs)
    if not 2 <= len(places) <= _MAX_RING:
        return None
    nodes = [_node(*place) for place in places]
    by_id = {node.actor.id: node for node in nodes}
    edges = []
    for pair in pairs:
        for kind, claims, bend in (("agree", pair.agree, 9.0), ("disagree", pair.disagree, -9.0)):
            if claims:  # bent apart, so that neither line of a pair hides the other
                path = _curve(by_id[pair.first.id], by_id[pair.second.id], bend if pair.agree and pair.disagree else 0.0)
                edges.append(Edge(kind, path, min(8.0, 0.6 + 1.2 * len(claims)), pair))
    return Ring(tuple(nodes), tuple(edges))


def _node(actor: Actor, x: float, y: float) -> Node:
    left, top = _WIDTH / 2 + _RADIUS * x, _HEIGHT / 2 + _RADIUS * y
    anchor = "middle" if abs(x) < 0.25 else "start" if x > 0 else "end"
    name = "Reporting itself" if actor.id == ARTICLE_VOICE or actor.name == OWN_VOICE else shorten(actor.name, _NAME)
    return Node(actor, left, top, name, left + 20 * x, top + 6 + (24 * y if anchor == "middle" else 12 * y), anchor)


def _curve(a: Node, b: Node, bend: float) -> str:
    across, down = b.x - a.x, b.y - a.y
    length = math.hypot(across, down) or 1.0
    x, y = (a.x + b.x) / 2 - bend * down / length, (a.y + b.y) / 2 + bend * across / length
    return f"M{a.x:.1f} {a.y:.1f}Q{x:.1f} {y:.1f} {b.x:.1f} {b.y:.1f}"
