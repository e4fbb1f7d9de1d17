"""Positions -> what people and programs read: matrix, HTML, Markdown, terminal, CSV, JSON, Parquet."""

from sayso.report.matrix import Matrix
from sayso.report.model import PositionReport
from sayso.report.terminal import print_matrix

__all__ = ["Matrix", "PositionReport", "print_matrix"]
