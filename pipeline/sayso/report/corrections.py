"""What people decided about judgements: one line a decision in ``corrections.jsonl`` beside a report, which only ever grows.

    {"statement", "article", "start", "end", "actor", "claim", "claim_text", "label", "was", "when", "text"}

``start`` and ``end`` are the sentence in the article's text, ``text`` its words, ``label`` what the person says, ``was`` what the
report said, ``when`` a time in UTC. A later line about the same statement and claim takes the place of an earlier one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from sayso.aggregate import wording
from sayso.errors import InputError, OutputError
from sayso.report.clean import clean, encodable
from sayso.types import LABELS, Claim, Judgement, Label

NAME = "corrections.jsonl"
"""What the file is called in a report's folder."""

Key = tuple[str, str]
"""Statement id and claim id."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision. ``label`` equals ``was`` where the person agrees with the report; that is a decision too."""

    statement: str
    article: str
    start: int
    end: int
    actor: str
    claim: str
    claim_text: str
    label: Label
    was: Label
    when: str
    text: str

    @classmethod
    def of(cls, judgement: Judgement, claim: Claim, label: Label, when: dt.datetime) -> Correction:
        """A decision about ``judgement``, made at ``when`` (with its time zone)."""
        said = judgement.statement
        return cls(
            statement=said.id,
            article=said.article,
            start=said.sentence.start,
            end=said.sentence.end,
            actor=str(said.actor),
            claim=judgement.claim,
            claim_text=claim.text,
            label=label,
            was=judgement.label,
            when=when.astimezone(dt.UTC).isoformat(timespec="seconds"),
            text=judgement.text,
        )

    @property
    def key(self) -> Key:
        """What is decided."""
        return self.statement, self.claim

    def line(self) -> str:
        """The line of the file, with its end."""
        return str(encodable(json.dumps(asdict(self), ensure_ascii=False))) + "\n"


def read_corrections(path: Path) -> dict[Key, Correction]:
    """The decisions of a file, the last one of each statement and claim, in the order in which they were first made.

    Raises InputError where the file is missing, or with the line that is no decision.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error!r}, expected a file of decisions that `sayso review` wrote") from error
    found: dict[Key, Correction] = {}
    for number, line in enumerate(raw.splitlines(), 1):
        if line.strip():
            try:
                made = _correction(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                reason = f"no {error}" if isinstance(error, KeyError) else str(error)
                raise InputError(
                    f"{path}, line {number}: found {clean(reason)}, expected a decision of `sayso review`; mend or delete the line"
                ) from error
            found[made.key] = made
    return found


def _correction(row: Any) -> Correction:
    if not isinstance(row, dict):
        raise ValueError(f"a {type(row).__name__}")
    values = {field.name: row[field.name] for field in fields(Correction)}
    for name, value in values.items():
        kind = int if name in ("start", "end") else str
        if type(value) is not kind:
            raise ValueError(f"{name} {value!r}")
    for name in ("label", "was"):
        values[name] = _label(values[name])
    return Correction(**values)


def _label(text: str) -> Label:
    if text not in LABELS:
        raise ValueError(f"label {text!r}, not one of {', '.join(LABELS)}")
    return Label(text)


def append(path: Path, made: Correction) -> None:
    """Add one decision: the whole line reaches the disk, or the file stays as it was. Raises OutputError in that case."""
    line = made.line().encode("utf-8")
    try:
        # One write at the end of the file: two reviews of one report do not mix their lines.
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line  # a line that was cut off elsewhere must not swallow this one
            if os.write(file, line) != len(line):
                os.ftruncate(file, size)
                raise OSError("no room for a whole line")
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise OutputError(f"{path}: found {error.strerror or str(error)!r}, expected a file that can grow; the decision was not kept") from error


@dataclass(frozen=True, slots=True)
class Corrected:
    """Judgements with what people decided in place. ``unused`` says of each decision that fits no judgement why."""

    judgements: tuple[Judgement, ...]
    unused: tuple[str, ...]

    @property
    def count(self) -> int:
        """Judgements in which a person's decision stands, copies of the same words among them."""
        return sum(j.corrected for j in self.judgements)


def correct(judgements: Sequence[Judgement], made: Mapping[Key, Correction], claims: Sequence[Claim]) -> Corrected:
    """Put decisions in the place of the model's answers, as certainties.

    A decision also holds where an actor's same words stand again (``duplicate_of``), unless that place has its own. It
    holds only for the words it was made on: where the sentence or the claim is worded otherwise now, it is not used.
    """
    texts = {claim.id: claim.text for claim in claims}
    used: set[Key] = set()
    out = []
    for j in judgements:
        for statement in (j.statement.id, j.duplicate_of):
            decision = made.get((statement, j.claim)) if statement else None
            if decision and wording(decision.text) == wording(j.text) and decision.claim_text == texts.get(j.claim, j.claim):
                used.add(decision.key)
                j = replace(j, label=decision.label, probabilities=_certain(decision.label), corrected=True)
                break
        out.append(j)
    there = {(j.statement.id, j.claim): j for j in judgements}
    unused = tuple(f"{clean(c.statement)}, {clean(c.claim)}: {_why(c, there.get(key), texts)}" for key, c in made.items() if key not in used)
    return Corrected(tuple(out), unused)


def _certain(label: Label) -> tuple[float, float, float, float]:
    a, d, u, n = (float(other is label) for other in LABELS)
    return a, d, u, n


def _why(made: Correction, judgement: Judgement | None, texts: Mapping[str, str]) -> str:
    if made.claim not in texts:
        return "the claim is not in this run"
    if made.claim_text != texts[made.claim]:
        return "the claim is worded otherwise now"
    if judgement is None:
        return "there is no such judgement in this run"
    return "the sentence is worded otherwise now"
