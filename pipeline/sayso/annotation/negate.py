"""Turn a claim into its negation with a dependency parse: cheap contrast for training, marked silver.

The negation goes to the main verb: behind its first auxiliary or a form of *be*, with *do* where there is none; a negation
that is there is taken away. Left out is what such a negation does not turn into its contrary: main verbs under *may*, *might*
or *could*, subjects like *some* or *nobody*, joined main verbs. Needs spaCy, with any English pipeline that has a parser.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.errors import DataError
from sayso.training.stance_data import read_jsonl

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

OPEN_MODALS = {"may", "might", "could"}
PARTIAL = {"some", "several", "many", "most", "few", "any", "yet", "already"}
NEGATIVE = {"no", "none", "nobody", "nothing", "neither", "never", "nor", "hardly", "scarcely", "barely", "little", "only", "not"}
BE = {"is", "are", "was", "were", "am", "'s", "'re"}
DO = {"VBD": "did", "VBZ": "does", "VBP": "do"}


def train_claims(folder: Path) -> list[str]:
    """Every claim of the train part of a corpus once: passages, gold articles, references."""
    rows = [r for path in sorted(folder.glob("*/train*.jsonl")) for r in read_jsonl(path)]
    claims = [r["claim"] for r in rows if "claim" in r] + [c["text"] for r in rows for c in r.get("claims", ())]
    claims += [
        c["text"] for gold in sorted((folder / "articles" / "train").glob("*.gold.json")) for c in json.loads(gold.read_text("utf-8"))["claims"]
    ]
    if not claims:
        raise DataError(f"{folder}: no claims; expected passages/train.jsonl, articles/train/NAME.gold.json or NAME/train.rows.jsonl")
    return list(dict.fromkeys(claims))


def load_parser(name: str) -> Language:
    """Load a spaCy pipeline by package or folder. Raises DataError where spaCy or the pipeline is missing, or it cannot parse."""
    try:
        import lemminflect  # noqa: F401
        import spacy
    except ModuleNotFoundError as e:
        raise DataError(f"{e.name} is not installed; negations need the extra: pip install 'sayso[silver]'") from None
    try:
        nlp = spacy.load(name, exclude=["ner"])
    except OSError:
        raise DataError(f"no spaCy pipeline {name!r}; install one, for example en_core_web_sm, or give --parser a folder or package") from None
    if "parser" not in nlp.pipe_names:
        raise DataError(f"the spaCy pipeline {name!r} has no parser, only {', '.join(nlp.pipe_names) or 'nothing'}")
    return nlp


def negations(claims: Iterable[str], nlp: Language) -> Iterator[tuple[str, str]]:
    """Yield (claim, negation) for each claim that a simple negation turns round."""
    for doc in nlp.pipe(claims, batch_size=256):
        if len(list(doc.sents)) == 1 and (turned := _negate(doc)):
            yield doc.text, turned


def _negate(doc: Doc) -> str | None:
    root = next(t for t in doc if t.head == t)
    words = {t.lower_ for t in doc}
    if root.pos_ not in {"VERB", "AUX"} or words & {";", ":", "?"} or words & PARTIAL:
        return None
    auxiliaries = [t for t in root.children if t.dep_ in {"aux", "auxpass"} and t.i < root.i and t.tag_ != "TO"]
    if auxiliaries and auxiliaries[0].lower_ in OPEN_MODALS:
        return None
    if nots := [t for t in root.children if t.dep_ == "neg"]:
        return _affirm(doc, root, auxiliaries, nots)
    if words & NEGATIVE or any(t.dep_ == "conj" and t.pos_ in {"VERB", "AUX"} for t in root.children):
        return None
    if auxiliaries:
        first = auxiliaries[0]
        return _with(doc, {first.i: "cannot" if first.lower_ == "can" else f"{first.text} not"})
    if root.lower_ in BE:
        return _with(doc, {root.i: f"{root.text} not"})
    if root.tag_ in DO:
        return _with(doc, {root.i: f"{DO[root.tag_]} not {root.lemma_.lower()}"})
    return None


def _affirm(doc: Doc, root: Token, auxiliaries: list[Token], nots: list[Token]) -> str | None:
    from lemminflect import getInflection

    if len(nots) > 1 or nots[0].lower_ not in {"not", "n't", "never"}:
        return None
    change = {nots[0].i: ""}
    tags = {word: tag for tag, word in DO.items()}
    if auxiliaries and auxiliaries[0].lower_ in tags and nots[0].lower_ != "never":
        forms = getInflection(root.lemma_, tag=tags[auxiliaries[0].lower_])
        if not forms:
            return None
        change |= {auxiliaries[0].i: "", root.i: forms[0]}
    return _with(doc, change)


def _with(doc: Doc, change: dict[int, str]) -> str:
    """The text with some tokens changed; a token changed to nothing leaves one space."""
    parts = [change[t.i] + " " if t.i in change and not change[t.i] else change.get(t.i, t.text) + t.whitespace_ for t in doc]
    return " ".join("".join(parts).split())
