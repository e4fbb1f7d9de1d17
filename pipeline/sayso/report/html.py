"""The report as one self-contained HTML page, and the matrix alone for notebooks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sayso.report import drawing, views, words
from sayso.report.clean import clean, shorten, web_address
from sayso.report.files import run_yaml
from sayso.report.matrix import Matrix, best_sentence
from sayso.types import ARTICLE_VOICE, NOT_CLEAR, Article, Judgement, Label

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_OPEN_EVIDENCE = 3  # sentences of a cell that are open from the start,
_MAX_EVIDENCE = 20  # sentences in a cell, the rest of them folded,
_MAX_ALL_EVIDENCE = 4000  # sentences that all cells share, as long as each keeps its best three,
_MAX_SKIPPED = 500  # rows of what was left out,
_MAX_PAIRS = 60  # pairs of actors, and
_MAX_RUN = 50_000  # characters of the run's record: the rest is in the other files, and a browser stays quick
_BRIEF = 3  # disputed claims that stand on top
_STYLES = ("matrix.css", "page.css", "charts.css", "print.css")


def render_html(report: PositionReport) -> str:
    """The whole report as one page: no network, no foreign font or script, no foreign text that could become markup."""
    matrix = report.matrix()
    shown = words.Words(report)
    script = resource("page.js")
    names = sorted({article.outlet for article in report.articles if article.outlet} | {j.outlet for j in report.judgements if j.outlet})
    dates = [article.published for article in report.articles if article.published]
    by_outlet = views.outlets(report, matrix)
    pairs = views.agreement(matrix)
    shifts = list(shown.shifts(report.positions))
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            matrix=matrix,
            words=shown,
            column={actor.id: n for n, actor in enumerate(matrix.actors)},
            by_claim={claim.id: [(actor, cell) for actor, cell in cells if cell] for claim, cells in matrix.rows()},
            by_actor={actor.id: [(c, p) for c in matrix.claims if (p := matrix.cell(actor, c))] for actor in matrix.actors},
            brief=views.disputed(matrix)[:_BRIEF],
            lines=drawing.timelines(views.timeline(report, matrix), shifts),
            pairs=pairs,
            network=drawing.draw_ring(pairs),
            by_outlet=by_outlet,
            max_printed=max((cell.total for cells in by_outlet.values() for cell in cells.values()), default=0) or 1,
            shifts=shifts,
            opposites={c.negation_of: c for c in report.claims if c.negation_of},
            outlets=names,
            seen=partial(_seen, {name: n for n, name in enumerate(names)}),
            first_day=min(dates, default=None),
            last_day=max(dates, default=None),
            statements=_statements(report),
            checked=sum(judgement.corrected for judgement in report.judgements),
            run=run_yaml(report),
            style=Markup("".join(resource(name) for name in _STYLES)),  # ours, not foreign text
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            open_evidence=_OPEN_EVIDENCE,
            max_evidence=max(3, min(_MAX_EVIDENCE, _MAX_ALL_EVIDENCE // max(1, len(report.positions)))),
            max_skipped=_MAX_SKIPPED,
            max_pairs=_MAX_PAIRS,
            max_run=_MAX_RUN,
        )
    )


def render_matrix(matrix: Matrix, note: str = "") -> str:
    """The matrix as an HTML fragment for a notebook, over a note: its own style, no script, no links."""
    style = Markup(resource("matrix.css"))
    return environment().get_template("fragment.html.j2").render(matrix=matrix, style=style, note=note)


def _seen(outlets: Mapping[str, int], items: Iterable[Article | Judgement]) -> str:
    """Where and when something was printed, for the filter: ``number of the outlet:date`` pairs, either may be empty."""
    found = {f"{outlets[item.outlet] if item.outlet else ''}:{item.published or ''}" for item in items}
    return " ".join(sorted(found))


def _statements(report: PositionReport) -> dict[str, int]:
    """Article id -> how many of its statements take a stance on some claim."""
    found: dict[str, set[str]] = {}
    for judgement in report.judgements:
        if judgement.label is not Label.UNRELATED:
            found.setdefault(judgement.statement.article, set()).add(judgement.statement.id)
    return {article: len(statements) for article, statements in found.items()}


@cache
def environment(*packages: str) -> Environment:
    """Templates of ``packages`` (default: of the report), with all foreign text cleaned and escaped on its way in."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages or ("sayso.report",)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    made.globals.update(
        anchor=words.anchor,
        best_sentence=best_sentence,
        count=words.count,
        heat=views.heat,
        interval=words.interval,
        own_voice=ARTICLE_VOICE,
        percent=words.percent,
        reading=words.reading,
        period_of=words.period,
        sides=words.sides,
        signs=words.SIGNS,
        tone=tone,
        web_address=web_address,
    )
    made.filters.update(day=words.day, shorten=shorten)
    return made


def _harmless(value: object) -> object:
    """Clean all foreign text on its way into a template; escaping comes after, and markup of ours is left alone."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def tone(verdict: str) -> str:
    """The CSS class of a verdict."""
    return "not-clear" if verdict == NOT_CLEAR else str(verdict)


def resource(name: str, package: str = "sayso.report") -> str:
    """A style sheet or script that lies beside the templates of a package."""
    return (resources.files(package) / "templates" / name).read_text("utf-8")
