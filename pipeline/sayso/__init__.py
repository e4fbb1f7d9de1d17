"""sayso: on whose say-so? Reads news and reports who asserts, denies or holds back on which claim, with the evidence.

from sayso import Pipeline
report = Pipeline.from_config("configs/report.yaml").run(articles)
report.matrix()
"""

from sayso.config import RunConfig, load_config
from sayso.errors import SaysoError
from sayso.pipeline import Pipeline
from sayso.read import read_articles
from sayso.report import PositionReport
from sayso.types import Actor, Article, Claim, Judgement, Label, Position, Skipped, Statement

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "Article",
    "Claim",
    "Judgement",
    "Label",
    "Pipeline",
    "Position",
    "PositionReport",
    "RunConfig",
    "SaysoError",
    "Skipped",
    "Statement",
    "load_config",
    "read_articles",
]
