"""Found actors and claims as YAML that a person edits and ``sayso report`` takes, and as JSON.

What speaks for an entry stands above it as a comment, so that the file is a plain list for whoever reads it next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sayso.actors.credit import FoundActor
from sayso.claims.discovery import UNKNOWN, FoundClaim
from sayso.errors import OutputError
from sayso.report.clean import encodable, shorten
from sayso.types import ARTICLE_VOICE

LINE = 240
LINE_ENDS = re.compile("[\x85\u2028\u2029]")


def actors_yaml(found: Sequence[FoundActor]) -> str:
    """The actors file. Delete what is not worth tracking; merge two entries by moving names into ``aliases`` or ``members``."""
    head = [
        "Actors found in the articles, those with the most statements first. Delete, rename and merge freely.",
        'members: insiders, as "name, role".',
    ]
    return _document(head, ((_actor_notes(f), actor_entry(f)) for f in found))


def claims_yaml(found: Sequence[FoundClaim], names: Mapping[str, str]) -> str:
    """The claims file. Claims that may be parts or other wordings of another are marked; nothing is done about it before you do."""
    head = [
        "Contested claims found in the articles, the most contested first. Edit the wording, delete what does not matter.",
        "negation_of: the claim that this one is the opposite of; its positions are reported there, turned.",
    ]
    return _document(head, ((_claim_notes(f, names), claim_entry(f)) for f in found))


def actor_entry(f: FoundActor) -> dict[str, Any]:
    """One actor as the config takes it."""
    a = f.actor
    return {"id": a.id, "name": a.name, "kind": a.kind, "aliases": list(a.aliases), "members": list(a.members)}


def claim_entry(f: FoundClaim) -> dict[str, Any]:
    """One claim as the config takes it."""
    c = f.claim
    return {"id": c.id, "text": c.text} | ({"negation_of": c.negation_of} if c.negation_of else {})


def actors_json(found: Sequence[FoundActor]) -> list[dict[str, Any]]:
    """Actors with their counts and examples."""
    return [
        actor_entry(f) | {"n_articles": f.n_articles, "n_mentions": f.n_mentions, "n_statements": f.n_statements, "examples": list(f.examples)}
        for f in found
    ]


def claims_json(found: Sequence[FoundClaim]) -> list[dict[str, Any]]:
    """Claims with what speaks for them; holders are actor ids."""
    return [
        claim_entry(f)
        | {
            "contested": f.contested,
            "asserted_by": list(f.asserted_by),
            "denied_by": list(f.denied_by),
            "doubted_by": list(f.doubted_by),
            "n_articles": f.n_articles,
            "paraphrases": list(f.paraphrases),
            "narrower_than": f.narrower_than,
            "examples": list(f.examples),
        }
        for f in found
    ]


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises OutputError where it cannot be written."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as e:
        raise OutputError(f"{path}: found {e.strerror or str(e)!r}, expected a file that can be written; choose another one with --out") from e


def to_json(value: Any) -> str:
    """Indented JSON without broken characters."""
    return json.dumps(_whole(value), indent=1, ensure_ascii=False)


def holders(ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Holder ids as words for people."""
    words = {ARTICLE_VOICE: "the article itself", UNKNOWN: "somebody unlisted"}
    return ", ".join(words.get(i) or names.get(i, i) for i in ids)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    return [_whole(v) for v in value] if isinstance(value, list) else encodable(value)


def _lines(value: Any) -> Any:
    """Line ends that only YAML takes for such become spaces: they would not come back as they were."""
    if isinstance(value, dict):
        return {k: _lines(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_lines(v) for v in value]
    return LINE_ENDS.sub(" ", value) if isinstance(value, str) else value


def _actor_notes(f: FoundActor) -> list[str]:
    return [f"{f.n_statements} statements, {f.n_mentions} mentions, {f.n_articles} articles", *f.examples]


def _claim_notes(f: FoundClaim, names: Mapping[str, str]) -> list[str]:
    sides = (("asserted by", f.asserted_by), ("denied by", f.denied_by), ("left open by", f.doubted_by))
    notes = ["; ".join([f"contested {f.contested:.2f}", *(f"{what} {holders(ids, names)}" for what, ids in sides if ids)])]
    notes += [f"also worded: {p}" for p in f.paraphrases]
    if f.narrower_than:
        notes.append(f"may be a part of {f.narrower_than}")
    return notes + [f"> {e}" for e in f.examples]


def _document(head: Sequence[str], entries: Iterable[tuple[list[str], dict[str, Any]]]) -> str:
    out = [f"# {line}" for line in head]
    empty = True
    for notes, entry in entries:
        empty = False
        out.append("")
        out += ["# " + shorten(str(encodable(n)), LINE).replace("\u2028", " ").replace("\u2029", " ") for n in notes]
        out.append(yaml.safe_dump([_lines(_whole(entry))], allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None).rstrip("\n"))
    return "\n".join([*out, *(["[]"] if empty else [])]) + "\n"
