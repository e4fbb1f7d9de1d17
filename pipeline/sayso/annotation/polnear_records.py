"""A clone of PolNeAR -> attribution records, one for each document and annotator.

    CLONE/data/{train,dev,annotator-training}/text/NAME.txt
                                            /attributions/NAME_ANNOTATOR.ann     brat stand-off: T lines hold spans, E lines attributions
                                            /corenlp/NAME.txt.xml                sentences; annotator-training has none

PolNeAR's test part is left aside: its authors ask that it be looked at once, with a finished model. Attributions without any part,
which some files list beside the same attribution with parts, are left out.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sayso.annotation.passages import PARTS
from sayso.annotation.polnear import DATED, HOW_TO_GET
from sayso.errors import DataError

SPLITS = {"annotator-training": "train_iaa", "dev": "dev", "train": "train"}
Spans = list[list[int]]


def polnear_records(clone: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Records of id, split, doc_id, publisher, date, annotator, primary, text, sentences and attributions; and faults, one line each.

    ``primary`` is true for one annotator of each document. A document whose annotation does not fit its text is a fault and gives no
    record. Raises DataError where the folder holds no annotated text, or none that fits.
    """
    records: list[dict[str, Any]] = []
    faults: list[str] = []
    root = clone / "data" if (clone / "data").is_dir() else clone
    for compartment, split in SPLITS.items():
        folder = root / compartment
        for path in sorted((folder / "text").glob("*.txt")):
            annotated = sorted((folder / "attributions").glob(f"{_literal(path.stem)}_*.ann"))
            for n, file in enumerate(annotated):
                try:
                    record = _record(path, file, folder / "corenlp" / f"{path.name}.xml")
                except ValueError as e:
                    faults.append(f"{compartment}/attributions/{file.name}: {e}")
                    continue
                annotator = record["annotator"]
                records.append({"id": f"polnear-{compartment}-{path.stem}-{annotator}", "split": split, "primary": n == 0, **record})
    if not records and faults:
        raise DataError(f"{clone}: no annotation fits its text (line ends changed on checkout?); the first:\n  {faults[0]}")
    if not records:
        raise DataError(f"{clone}: no text with attributions under data/{{{','.join(SPLITS)}}}; {HOW_TO_GET}")
    return records, faults


def _record(path: Path, annotation: Path, parsed: Path) -> dict[str, Any]:
    text = path.read_bytes().decode("utf-8")
    dated = DATED.match(path.stem)
    return {
        "dataset": "polnear",
        "doc_id": path.stem,
        "publisher": dated["outlet"] if dated else "",
        "date": dated["date"] if dated else "",
        "annotator": annotation.stem.removeprefix(f"{path.stem}_"),
        "text": text,
        "sentences": _sentences(parsed, len(text)) if parsed.is_file() else [],
        "attributions": list(_attributions(annotation.read_bytes().decode("utf-8"), text)),
    }


def _attributions(annotation: str, text: str) -> Iterator[dict[str, Any]]:
    lines = [line.split("\t") for line in annotation.split("\n") if line.strip()]
    spans = {line[0]: _spans(line, text) for line in lines if line[0].startswith("T")}
    for line in lines:
        if not line[0].startswith("E"):
            continue
        found: dict[str, Spans] = {p: [] for p in PARTS}
        for argument in line[1].split()[1:]:  # the first names the attribution itself
            role, _, target = argument.partition(":")
            part = role.rstrip("0123456789").casefold()  # brat numbers a role that stands twice
            if target not in spans or part not in found:
                raise ValueError(f"{line[0]}: {argument!r}, expected Source, Cue or Content with the id of a span")
            found[part] += spans[target]
        if any(found.values()):
            yield _attribution(line[0], found)


def _attribution(ident: str, found: Mapping[str, Spans]) -> dict[str, Any]:
    out: dict[str, Any] = {"id": ident}
    for part, spans in found.items():
        spans = sorted(spans)
        out[f"{part}_span"] = [spans[0][0], max(end for _, end in spans)] if spans else None
        out[f"{part}_fragments"] = spans
    return out


def _spans(line: list[str], text: str) -> Spans:
    """The fragments of a T line (``T1<tab>Content 5 9;12 20<tab>words``). Raises ValueError where its words are not those of the text."""
    if len(line) != 3 or (m := re.fullmatch(r"\S+ (\d+ \d+(?:;\d+ \d+)*)", line[1])) is None:
        raise ValueError(f"{line[0]}: expected TYPE START END and the words, found {' '.join(line[1:])[:60]!r}")
    out = [[int(x) for x in fragment.split()] for fragment in m[1].split(";")]
    there = " ".join(text[slice(*s)] for s in out)
    if Counter(there.split()) != Counter(line[2].split()):
        raise ValueError(f"{line[0]}: the words are {line[2][:60]!r}, the text has {there[:60]!r} in their place")
    return out


def _sentences(parsed: Path, length: int) -> Spans:
    """Sentence spans from the first token's start and the last one's end. Raises ValueError where they reach beyond the text."""
    out: Spans = []
    try:
        for _, sentence in ET.iterparse(parsed):
            if sentence.tag != "sentence":
                continue
            starts, ends = sentence.findall(".//CharacterOffsetBegin"), sentence.findall(".//CharacterOffsetEnd")
            if starts and ends:  # a mention in a chain of coreference also has a <sentence>, which is a number
                out.append([int(starts[0].text or ""), int(ends[-1].text or "")])
            sentence.clear()
    except ET.ParseError as e:
        raise ValueError(f"{parsed.name}: not XML ({e})") from e
    if out and out[-1][1] > length:
        raise ValueError(f"{parsed.name}: a sentence ends at {out[-1][1]}, the text at {length}")
    return out


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)
