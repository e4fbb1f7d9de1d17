"""A written report made anew from its judgements: with people's decisions in place, or other settings of aggregation. No model."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sayso.aggregate import AggregateSettings, aggregate
from sayso.errors import ConfigError
from sayso.report.corrections import correct, read_corrections
from sayso.report.load import read_report
from sayso.report.model import PositionReport

log = logging.getLogger(__name__)


def rebuild(folder: Path, overrides: Mapping[str, Any]) -> PositionReport:
    """The report in ``folder`` with its positions taken anew from its judgements.

    ``overrides`` maps dotted keys to values: ``corrections`` (a file of decisions) and those of ``aggregate``. What was
    corrected before stays so, as the model's answer is no longer there. Raises ConfigError for other keys, and for a
    report of a score folder, which holds the evidence of its positions but not all judgements that they rest on;
    InputError where ``folder`` or the file cannot be read.
    """
    if fixed := [key for key in overrides if key != "corrections" and not key.startswith("aggregate.")]:
        raise ConfigError("report", [f"{key}: cannot be changed once all is judged; expected corrections or keys of aggregate" for key in fixed])
    report = read_report(folder)
    made = report.provenance
    if "scored" in made.counts:
        raise ConfigError(
            str(folder), ["made of a score folder: it holds evidence, not all judgements; report the score folder anew (without corrections)"]
        )
    config = dict(made.config)
    held = config.get("aggregate")
    changed = {key.removeprefix("aggregate."): value for key, value in overrides.items() if key.startswith("aggregate.")}
    try:
        settings = AggregateSettings.model_validate({**(held if isinstance(held, Mapping) else {}), **changed})
    except ValidationError as error:
        raise ConfigError(str(folder), [f"aggregate.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]) from None
    config["aggregate"] = settings.model_dump(mode="json")
    counts = dict(made.counts)
    judgements = report.judgements
    if overrides.get("corrections"):
        file = Path(overrides["corrections"])
        config["corrections"] = str(file)
        corrected = correct(judgements, read_corrections(file), report.claims)
        for reason in corrected.unused:
            log.warning("correction not used: %s", reason)
        judgements = corrected.judgements
        counts |= {"corrected": corrected.count, "corrections_unused": len(corrected.unused)}
    positions = tuple(aggregate(judgements, report.claims, settings))
    counts |= {"judgements_with_stance": sum(j.label != "unrelated" for j in judgements), "positions": len(positions)}
    return replace(report, positions=positions, judgements=judgements, provenance=replace(made, config=config, counts=counts))
