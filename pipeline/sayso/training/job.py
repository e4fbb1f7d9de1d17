"""What a task hands to the training loop. Imports torch."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from sayso.encoders.nets import AttributionNet, StanceNet
from sayso.errors import DataError
from sayso.training.config import DataSet
from sayso.training.loop import Batch, Example

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A network, the module that gives its loss, its examples by epoch, and the settings that its manifest starts with."""

    net: StanceNet | AttributionNet
    task: nn.Module
    epoch: Callable[[int, random.Random], list[Example]]
    collate: Callable[[Any], Batch]
    evaluate: Callable[[nn.Module], float] | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def present(sets: Iterable[DataSet]) -> Iterator[DataSet]:
    """The sets that are there. Raises DataError for a missing one that is not optional."""
    for d in sets:
        if Path(d.path).exists():
            yield d
        elif d.optional:
            log.warning("%s: missing, and marked optional: passed over", d.path)
        else:
            raise DataError(f"{d.path}: no such file or folder; name it right, or mark the set optional")
