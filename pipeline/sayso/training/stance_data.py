"""Rows and whole articles -> training sequences for the stance model. No torch."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sayso.actors import ActorRegistry
from sayso.attribute.statements import statements
from sayso.errors import DataError
from sayso.segment import segment
from sayso.stance.passage import Passage, Question
from sayso.stance.questions import questions
from sayso.types import LABELS, Actor, Article, Attribution, Block, BlockKind, Claim, Segmented, Sentence, Span

Attribute = Callable[[Segmented], Sequence[Attribution]]
LABEL_INDEX = {str(label): i for i, label in enumerate(LABELS)}
ANY = tuple(range(len(LABELS)))


@dataclass(frozen=True, slots=True)
class Item:
    """A question with the allowed labels of each claim (a set of label indices: partial labels allow several).

    ``silent`` is true where every claim is unrelated. ``meta`` says where it comes from. ``soft`` is a teacher's
    probabilities of the four labels for each claim; empty where no teacher was asked.
    """

    question: Question
    allowed: tuple[tuple[int, ...], ...]
    silent: bool
    meta: Mapping[str, Any]
    soft: tuple[tuple[float, ...], ...] = ()


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines, gzipped or not. Raises DataError naming the line that is broken."""
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected JSON Lines")
    opener = gzip.open if path.suffix == ".gz" else open
    rows = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for n, line in enumerate(lines, 1):
            if line.strip():
                try:
                    rows.append(json.loads(line))
                except json.JSONDecodeError as e:
                    raise DataError(f"{path}, line {n}: not JSON ({e.msg})") from e
    return rows


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read rows of text, claim, actor (may be missing or null) and label. Raises DataError naming the row that lacks one."""
    rows = read_jsonl(path)
    for n, row in enumerate(rows, 1):
        if missing := {"text", "claim", "label"} - set(row):
            raise DataError(f"{path}, row {n}: lacks {', '.join(sorted(missing))}; expected text, claim, label and optionally actor")
    return rows


def allowed_labels(row: Mapping[str, Any], partial: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """The label indices that a row allows; ``partial`` widens a label to the set that it may stand for."""
    label = str(row["label"])
    names = partial.get(label, (label,))
    try:
        return tuple(LABEL_INDEX[n] for n in names)
    except KeyError as e:
        raise DataError(f"row {row.get('id')}: label {e.args[0]!r}, expected one of {', '.join(LABEL_INDEX)}") from e


def row_items(
    rows: Sequence[Mapping[str, Any]], attribute: Attribute | None, partial: Mapping[str, Sequence[str]] | None = None, *, every_pair: bool = False
) -> list[Item]:
    """Group rows by passage and holder; each group is one item that asks all its claims.

    Where a row has no spans, ``attribute`` finds them exactly as the pipeline does: the passage is an article of its own,
    its holders are its actors. A row's ``sentence`` span marks the sentence asked about; without one it is the whole text.
    With ``every_pair`` each holder of a text is also asked the claims that only its other holders were asked, any label allowed.
    """
    by_text: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_text[row["text"]].append(row)
    found: dict[str, dict[str, list[Attribution]]] = {}
    if attribute is not None:
        named = {t: g for t, g in by_text.items() if any(r.get("actor") for r in g)}
        docs = [_whole(Article(str(i), t)) for i, t in enumerate(named)]
        for (text, group), doc in zip(named.items(), docs, strict=True):
            found[text] = _holders(doc, attribute(doc), [str(r["actor"]) for r in group if r.get("actor")])
    items = []
    for text, group in by_text.items():
        for actor in dict.fromkeys(r.get("actor") for r in group):
            mine = [r for r in group if r.get("actor") == actor]
            own, others = _marks(mine, actor, found.get(text, {}))
            sentence = Span(*mine[0]["sentence"]) if mine[0].get("sentence") else Span(0, len(text))
            passage = Passage(text, sentence, own, others)
            asked = [(str(r["claim"]), allowed_labels(r, partial or {})) for r in mine]
            if every_pair:
                known = {c for c, _ in asked}
                asked += [(c, ANY) for c in dict.fromkeys(str(r["claim"]) for r in group) if c not in known]
            labels = tuple(allowed for _, allowed in asked)
            silent = all(a == (3,) for a in labels)
            question = Question(str(actor) if actor else None, passage, tuple(c for c, _ in asked))
            items.append(Item(question, labels, silent, {"rows": tuple(r.get("id") for r in mine)}))
    return items


def _whole(article: Article) -> Segmented:
    """A passage as one sentence, however many lines it has."""
    n = len(article.text)
    return Segmented(article, (Block(0, n, BlockKind.PARAGRAPH),), (Sentence(0, n, 0, BlockKind.PARAGRAPH),))


def _holders(document: Segmented, spans: Sequence[Attribution], names: Sequence[str]) -> dict[str, list[Attribution]]:
    unique = list(dict.fromkeys(n.casefold() for n in names))
    shown = {n.casefold(): n for n in reversed(names)}
    registry = ActorRegistry([Actor(str(i), shown[n], "person" if _two_capitals(shown[n]) else "") for i, n in enumerate(unique)])
    got, _ = statements(document, spans, registry, "gate")
    found = {unique[int(s.actor)]: list(s.attributions) for s in got if s.actor and s.actor.isdigit()}
    return {n: found[n.casefold()] for n in names if n.casefold() in found}


def _two_capitals(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(w[:1].isupper() for w in words)


def _marks(
    rows: Sequence[Mapping[str, Any]], actor: str | None, found: Mapping[str, list[Attribution]]
) -> tuple[tuple[Attribution, ...], tuple[Span, ...]]:
    own = tuple(found.get(str(actor), ())) if actor else ()
    mine = {a.source for a in own}
    others = {a.source for name, spans in found.items() if name != actor for a in spans if a.source and a.source not in mine}
    return own, tuple(sorted(others))


def load_gold(folder: Path) -> list[dict[str, Any]]:
    """Read ``NAME.gold.json`` with its ``NAME.txt`` from a folder. Raises DataError where there is none."""
    files = sorted(folder.glob("*.gold.json"))
    if not files:
        raise DataError(f"{folder}: no *.gold.json; expected gold articles with their .txt files")
    out = []
    for file in files:
        gold = json.loads(file.read_text("utf-8"))
        gold["_text"] = (folder / gold["article"]).read_text("utf-8")
        out.append(gold)
    return out


def article_items(golds: Sequence[Mapping[str, Any]], attribute: Attribute) -> list[Item]:
    """Every (unit, actor, claim) of gold articles, one item for each (sentence, holder): mostly silence, as in life."""
    items = []
    for gold in golds:
        doc = segment(Article(gold["article"], gold["_text"], title=gold["title"]))
        registry = ActorRegistry([Actor(a["id"], a["name"], a["kind"], tuple(a["aliases"]), tuple(a["members"])) for a in gold["actors"]])
        claims = [Claim(c["id"], c["text"]) for c in gold["claims"]]
        names = {a.id: a.name for a in registry.actors}
        got, _ = statements(doc, attribute(doc), registry, "all")
        records = gold_records(gold, doc)
        for statement, question, _ in questions(doc, got, claims, names):
            mine = records.get((statement.sentence.start, statement.actor or ""), {})
            labels = tuple((LABEL_INDEX[mine.get(c.id, "unrelated")],) for c in claims)
            mentioned = bool(statement.attributions) or statement.actor == "article"
            meta = {"article": gold["article"], "actor": statement.actor, "start": statement.sentence.start, "near": mentioned}
            items.append(Item(question, labels, not mine, meta))
    return items


def gold_records(gold: Mapping[str, Any], document: Segmented) -> dict[tuple[int, str], dict[str, str]]:
    """Gold records by (start of our sentence, actor): a unit lands on the sentences that share half of the shorter."""
    out: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for unit in gold["sentences"]:
        if not unit["records"]:
            continue
        for s in document.sentences:
            shared = min(unit["end"], s.end) - max(unit["start"], s.start)
            if shared > 0 and shared * 2 >= min(unit["end"] - unit["start"], s.end - s.start):
                for r in unit["records"]:
                    out[s.start, r["actor"]][r["claim"]] = r["label"]
    return out


def epoch_of(items: Sequence[Item], rng: random.Random, silent_share: float, far_share: float) -> list[Item]:
    """An epoch's items: all with a stance, and a share of the silent ones (near: speaking or the article's voice)."""
    out = []
    for item in items:
        if not item.silent or "near" not in item.meta or rng.random() < (silent_share if item.meta["near"] else far_share):
            out.append(item)
    return out


def read_negations(path: Path) -> dict[str, str]:
    """Read {claim, negation} lines. Raises DataError where the file is missing or a line lacks one."""
    rows = read_jsonl(path)
    try:
        return {str(r["claim"]): str(r["negation"]) for r in rows}
    except KeyError as e:
        raise DataError(f"{path}: a line lacks {e.args[0]!r}; expected {{claim, negation}} in each") from None


TURNED = (1, 0, 2, 3)  # asserts and denies change places, uncertain and unrelated stay


def turn_claims(item: Item, rng: random.Random, negations: Mapping[str, str], share: float) -> Item:
    """Now and then ask a claim as its negation: who asserts it denies that, so neither claim nor passage gives the label away."""
    turned = [c in negations and rng.random() < share for c in item.question.claims]
    if not any(turned):
        return item
    claims = tuple(negations[c] if t else c for c, t in zip(item.question.claims, turned, strict=True))
    allowed = tuple(tuple(sorted(TURNED[i] for i in a)) if t else a for a, t in zip(item.allowed, turned, strict=True))
    soft = tuple(tuple(p[i] for i in TURNED) if t else p for p, t in zip(item.soft, turned, strict=True)) if item.soft else ()
    return replace(item, question=replace(item.question, claims=claims), allowed=allowed, soft=soft)


def mask_name(item: Item, rng: random.Random, share: float) -> Item:
    """Now and then hide the holder's name, in the question, the passage and the claims, so that names carry no stance.

    The name is replaced by a neutral one of the same kind of length; spans are kept by replacing in the passage only where
    no span would move, that is with a word of equal length.
    """
    holder = item.question.holder
    if not holder or rng.random() >= share:
        return item
    q = item.question
    fake = "".join(rng.choice("bdfgklmnprstv") if k % 2 == 0 else rng.choice("aeiou") for k in range(max(3, len(holder)))).capitalize()[: len(holder)]
    if len(fake) != len(holder):
        return item
    text = q.passage.text.replace(holder, fake)
    passage = Passage(text, q.passage.sentence, q.passage.attributions, q.passage.others, q.passage.heading.replace(holder, fake))
    return replace(item, question=Question(fake, passage, tuple(c.replace(holder, fake) for c in q.claims)))
