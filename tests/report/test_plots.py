"""Charts in Python: what they draw, and that they save."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import factories
import hostile
from sayso.errors import MissingExtraError
from sayso.report import PositionReport


def test_charts_hold_the_figures_of_the_report() -> None:
    plot = factories.report().plot
    rows = plot.matrix().to_dict()["datasets"].popitem()[1]
    assert len(rows) == len(factories.report().positions)
    assert {"actor": "Corrow Valley Council", "verdict": "denies", "sign": "−"}.items() <= rows[4].items()
    times = plot.timeline().to_dict()["datasets"].popitem()[1]
    assert {"actor": "Northfell Water", "label": "denies", "sentences": 2}.items() <= times[0].items()
    outlets = plot.outlets().to_dict()["datasets"].popitem()[1]
    assert {row["outlet"] for row in outlets} == {"Plainly", "The Tarn Courier"}
    lines = [row for data in plot.network().to_dict()["datasets"].values() for row in data if "line" in row]
    assert [(row["line"], row["claims"]) for row in lines] == [("disagree", 1)]


def test_a_network_of_nobody_says_so() -> None:
    with pytest.raises(ValueError, match="expected 2 to 16 actors"):
        PositionReport(()).plot.network()


def test_charts_of_an_empty_report_are_empty() -> None:
    plot = PositionReport(()).plot
    for chart in (plot.matrix(), plot.timeline(), plot.outlets()):
        assert not any(chart.to_dict()["datasets"].values())


def test_without_altair_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"sayso\[plots\]"):
        _ = factories.report().plot


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matrix", "timeline", "network", "outlets"])
def test_charts_save_as_png_and_svg(name: str, tmp_path: Path) -> None:
    chart = getattr(factories.report().plot, name)()
    chart.save(str(tmp_path / "chart.png"))
    chart.save(str(tmp_path / "chart.svg"))
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert "Northfell" in (tmp_path / "chart.svg").read_text("utf-8") or name == "outlets"


@pytest.mark.slow
def test_hostile_text_in_a_chart(tmp_path: Path) -> None:
    for text in hostile.TEXTS[:6]:
        hostile.report(text).plot.matrix().save(str(tmp_path / "chart.svg"))
        assert "<script" not in (tmp_path / "chart.svg").read_text("utf-8")
