"""Two reports -> what changed between them, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sayso.aggregate import settle
from sayso.report.model import PositionReport
from sayso.report.words import count
from sayso.types import Label, Position

_MOVED = 0.1  # a confidence that moves by less, with the same verdict, is not worth a line
_ASIDE = ("articles", "actors", "claims", "manifest", "threads")  # keys of a config that say what was read, not how


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs. ``before`` or ``after`` is None where there is no position. ``why`` holds at least one reason."""

    actor: str
    claim: str
    before: Position | None
    after: Position | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two runs: how they were made (name, before, after), their articles, and their cells."""

    made: tuple[tuple[str, str, str], ...]
    articles_gone: tuple[str, ...]
    articles_new: tuple[str, ...]
    changes: tuple[Change, ...]
    n_same: int

    def to_json(self) -> dict[str, Any]:
        """Plain lists and mappings, for ``json.dumps``."""
        return {
            "made": [{"what": what, "before": before, "after": after} for what, before, after in self.made],
            "articles_gone": list(self.articles_gone),
            "articles_new": list(self.articles_new),
            "changes": [
                {"actor": c.actor, "claim": c.claim, "before": _brief(c.before), "after": _brief(c.after), "why": list(c.why)} for c in self.changes
            ],
            "n_same": self.n_same,
        }


def compare(first: PositionReport, second: PositionReport) -> Difference:
    """Compare two reports cell by cell. A cell differs by its verdict, by a shift, or by 0.1 and more of confidence."""
    before = {(p.actor, p.claim): p for p in first.positions}
    after = {(p.actor, p.claim): p for p in second.positions}
    made = tuple(_made(first, second))
    old, new = _labels(first), _labels(second)
    read = [[*dict.fromkeys(a.id for a in report.articles)] for report in (first, second)]
    gone, added = [id_ for id_ in read[0] if id_ not in set(read[1])], [id_ for id_ in read[1] if id_ not in set(read[0])]
    changes = []
    for cell in dict.fromkeys((*before, *after)):
        one, other = before.get(cell), after.get(cell)
        if _differs(one, other):
            why = tuple(_why(old.get(cell, {}), new.get(cell, {}), set(gone), set(added)))
            changes.append(Change(*cell, one, other, why or ("the same sentences, read alike: a setting of aggregation",)))
    return Difference(made, tuple(gone), tuple(added), tuple(changes), len({*before, *after}) - len(changes))


def _brief(position: Position | None) -> dict[str, object] | None:
    return (
        None
        if position is None
        else {
            "verdict": str(position.verdict),
            "label": str(position.label),
            "confidence": position.confidence,
            "lower": position.lower,
            "upper": position.upper,
            "n_statements": position.n_statements,
            "shift": position.shift,
        }
    )


def _differs(one: Position | None, other: Position | None) -> bool:
    if one is None or other is None:
        return True
    return (str(one.verdict), one.shift) != (str(other.verdict), other.shift) or abs(one.confidence - other.confidence) >= _MOVED


def _labels(report: PositionReport) -> dict[tuple[str, str], dict[str, tuple[str, Label]]]:
    """(actor, claim) -> statement id -> (article, label)."""
    found: dict[tuple[str, str], dict[str, tuple[str, Label]]] = {}
    for j in settle(report.judgements, report.claims):
        found.setdefault((str(j.statement.actor), j.claim), {})[j.statement.id] = (j.statement.article, j.label)
    return found


def _why(old: Mapping[str, tuple[str, Label]], new: Mapping[str, tuple[str, Label]], gone: set[str], added: set[str]) -> Iterator[str]:
    for text, ids, labels, articles in (
        ("in new articles", new.keys() - old.keys(), new, added),
        ("in articles that are gone", old.keys() - new.keys(), old, gone),
    ):
        if number := sum(labels[id_][0] in articles for id_ in ids):
            yield f"{count(number, 'sentence')} {text}"
    found = sum(new[id_][0] not in added for id_ in new.keys() - old.keys())
    lost = sum(old[id_][0] not in gone for id_ in old.keys() - new.keys())
    if found:
        yield f"{count(found, 'sentence')} newly read as a stance"
    if lost:
        yield f"{count(lost, 'sentence')} no longer read as a stance"
    if turned := sum(old[id_][1] is not new[id_][1] for id_ in old.keys() & new.keys()):
        yield f"{count(turned, 'sentence')} read differently"


def _made(first: PositionReport, second: PositionReport) -> Iterator[tuple[str, str, str]]:
    for part in ("models", "versions", "config"):
        one, other = (_flat(getattr(report.provenance, part)) for report in (first, second))
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key) and not (part == "config" and key.split(".")[0] in _ASIDE):
                yield f"{part}: {key}", one.get(key, "none"), other.get(key, "none")
    for what in ("actors", "claims"):
        ids = [{item.id: repr(item) for item in getattr(report, what)} for report in (first, second)]
        for id_ in sorted(ids[0].keys() | ids[1].keys()):
            if ids[0].get(id_) != ids[1].get(id_):
                before, after = ("listed" if id_ in known else "not listed" for known in ids)
                yield f"{what}: {id_}", before, after if before != after else "listed otherwise"


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = str(value)
    return flat
