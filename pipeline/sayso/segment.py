"""Article -> blocks and sentences.

Nothing is rewritten: blocks and sentences are spans into ``Article.text``, and the sentences with the gaps between them
rebuild it exactly. What a page shows by layout (titles, headings, lists, tables, captions, interview turns, the tail of
share links) is recognised from lines; rules come from how news pages look, and word patterns sit in ``languages/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import nupunkt
from pydantic import BaseModel, ConfigDict, Field

from sayso.errors import ConfigError
from sayso.languages import Language, load_language
from sayso.types import Article, Block, BlockKind, Segmented, Sentence, Skipped, Span

Splitter = Callable[[str], Sequence[tuple[int, int]]]

BULLET = re.compile(r"[ \t]*(?:[•◦▪‣·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
CLOCK = re.compile(r"(?:\[?\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?(?:GMT|BST|UTC|CET|CEST|ET|EST|EDT|PT|PST|IST))?\]?|\d{1,2}\s?[ap]\.?m\.?)\s*(?:[-–—:|]\s*)?(?=\S)", re.I)
DATELINE = re.compile(
    r"[A-Z\u00C0-\u00DE][A-Z\u00C0-\u00DE.'’ -]{2,40}(?:,[^.\n]{1,40}?)?(?:\s*\([^)\n]{2,40}\))?\s*[—–-]{1,2}\s+(?=\S)"
)
SPEAKER = re.compile(r"(?P<label>[A-Z\u00C0-\u00DE][\w.'’-]*(?:[ ][A-Z\u00C0-\u00DE][\w.'’-]*){0,3}|[QA]):\s+(?=\S)")
SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]]*\s*$")
WORD = re.compile(r"\w+")
OPENERS = "“\"‘'«„"


class SegmentSettings(BaseModel):
    """How articles are cut. Lengths are in characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    splitter: str = Field("nupunkt", description="sentence splitter: nupunkt, or lines (every line is a sentence)")
    keep: tuple[BlockKind, ...] = Field(
        tuple(k for k in BlockKind if k is not BlockKind.BOILERPLATE), description="kinds of block that are read"
    )
    min_chars: int = Field(2, ge=1, description="shorter sentences are skipped")
    max_chars: int = Field(2000, ge=50, description="longer sentences are cut at white space")
    max_sentences: int = Field(20000, ge=1, description="what stands after this many sentences is skipped")


@dataclass(slots=True)
class _Line:
    """A non-empty line: its characters without the white space around them, and whether an empty line stands around it."""

    start: int
    end: int
    text: str
    gap_before: bool
    gap_after: bool = True


def segment(article: Article, settings: SegmentSettings | None = None, language: str = "en") -> Segmented:
    """Cut ``article`` into typed blocks and sentences.

    What is left out (boilerplate, kinds not kept, sentences too short) is listed in ``skipped`` with its span and reason.
    Raises ConfigError for an unknown splitter or language.
    """
    settings = settings or SegmentSettings()
    words = load_language(language)
    split = _splitter(settings.splitter)
    blocks = _blocks(article, words)
    sentences: list[Sentence] = []
    skipped: list[Skipped] = []
    for i, block in enumerate(blocks):
        if block.kind not in settings.keep:
            skipped.append(Skipped(article.id, "segment", f"{block.kind.value} block", block.start, block.end))
            continue
        if len(sentences) >= settings.max_sentences:
            reason = f"more than {settings.max_sentences} sentences; raise segment.max_sentences to read on"
            skipped.append(Skipped(article.id, "segment", reason, block.start, len(article.text)))
            break
        for start, end in _sentences(article.text, block, split, settings, words):
            if end - start < settings.min_chars or not WORD.search(article.text, start, end):
                skipped.append(Skipped(article.id, "segment", "no words", start, end))
                continue
            sentences.append(Sentence(start, end, i, block.kind, block.headings))
    if not sentences:
        skipped.append(Skipped(article.id, "segment", "no sentence found"))
    return Segmented(article, tuple(blocks), tuple(sentences), tuple(skipped))


def _splitter(name: str) -> Splitter:
    if name == "nupunkt":
        return nupunkt.sent_spans
    if name == "lines":
        return lambda text: [(0, len(text))]
    raise ConfigError("segment.splitter", [f"found {name!r}, expected nupunkt or lines"])


# --- lines to blocks ---------------------------------------------------------------------------------------------------


def _lines(text: str) -> list[_Line]:
    out: list[_Line] = []
    at, gap = 0, True
    for raw in re.split(r"(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])", text):
        stripped = raw.strip()
        if stripped:
            start = at + raw.index(stripped)
            if out:
                out[-1].gap_after = gap
            out.append(_Line(start, start + len(stripped), stripped, gap))
            gap = False
        elif len(raw) == 0 and at and out and text[at - 1 : at] in "\n\r":
            gap = True
        elif raw and raw not in "\r\n" and not raw.isspace():
            gap = False
        at += len(raw)
    return _with_gaps(text, out)


def _with_gaps(text: str, lines: list[_Line]) -> list[_Line]:
    for before, after in zip(lines, lines[1:], strict=False):
        between = text[before.end : after.start]
        before.gap_after = after.gap_before = between.count("\n") + between.count("\u2029") > 1 or between.count("\r") > 1
    return lines


def _blocks(article: Article, words: Language) -> list[Block]:
    lines = _join_wrapped(_lines(article.text))
    tail = _tail(lines, words)
    blocks: list[Block] = []
    headings: list[tuple[int, Span]] = []  # (depth, span)
    question: Span | None = None
    interview = _is_interview(lines, words)
    at = 0
    while at < len(lines):
        line = lines[at]
        span = Span(line.start, line.end)
        path = tuple(s for _, s in headings)
        rows = _table(lines, at, tail)
        if at >= tail or words.boilerplate.match(line.text):
            blocks.append(Block(*span, BlockKind.BOILERPLATE))
        elif at == 0 and _is_title(line, article):
            blocks.append(Block(*span, BlockKind.TITLE))
        elif rows:
            header = Span(lines[at].start, lines[at].end)
            n_columns, names = _columns(lines[at].text)
            blocks.append(Block(*header, BlockKind.TABLE_ROW, path))
            for row in lines[at + 1 : at + rows]:
                cells = _cells(row, n_columns, names)
                blocks.append(Block(row.start, row.end, BlockKind.TABLE_ROW, path, header=header, cells=cells))
            at += rows
            continue
        elif words.caption.match(line.text):
            blocks.append(Block(*span, BlockKind.CAPTION, path))
        elif (depth := _heading_depth(line, lines, at, interview)) is not None:
            headings = [h for h in headings if h[0] < depth]
            blocks.append(Block(*span, BlockKind.HEADING, tuple(s for _, s in headings)))
            headings.append((depth, span))
            question = span if line.text.endswith("?") else None
        elif BULLET.match(line.text) and not CLOCK.match(line.text):
            blocks.append(Block(*span, BlockKind.LIST_ITEM, path, question=question))
        else:
            speaker, asks = _turn(line, words, interview)
            block = Block(*span, BlockKind.PARAGRAPH, path, speaker=speaker)
            if asks:
                question = span
            else:
                block = replace(block, question=question if interview or speaker else None)
            blocks.append(block)
        at += 1
    return blocks


def _join_wrapped(lines: list[_Line]) -> list[_Line]:
    """Join the lines of hard-wrapped paragraphs: long lines that break off in the middle of a sentence."""
    out: list[_Line] = []
    for line in lines:
        before = out[-1] if out else None
        if (
            before
            and not line.gap_before
            and 45 <= len(before.text.rsplit("\n", 1)[-1]) <= 120
            and not SENTENCE_END.search(before.text)
            and not BULLET.match(line.text)
            and (line.text[:1].islower() or before.text[-1:] in ",;–—-" or before.text.rsplit(" ", 1)[-1].islower())
            and len(before.text.rsplit("\n", 1)[-1]) + len(line.text.split(" ", 1)[0]) > 60
        ):
            before.text += "\n" + line.text
            before.end, before.gap_after = line.end, line.gap_after
        else:
            out.append(line)
    return out


def _tail(lines: Sequence[_Line], words: Language) -> int:
    """Index of the line from which only boilerplate follows."""
    for i, line in enumerate(lines):
        if i and words.tail.match(line.text) and len(line.text) < 80:
            rest = lines[i + 1 :]
            prose = sum(1 for r in rest if len(r.text) > 120 and SENTENCE_END.search(r.text))
            if prose <= len(rest) // 8:
                return i
    return len(lines)


def _is_title(line: _Line, article: Article) -> bool:
    if article.title and line.text.strip() == article.title.strip():
        return True
    return line.gap_after and len(line.text) <= 200 and not re.search(r"[.]['\"”’]?$", line.text)


def _is_interview(lines: Sequence[_Line], words: Language) -> bool:
    """Questions and answers in turn: a fifth of the paragraphs are short questions that prose answers."""
    marked = sum(bool(words.question_label.match(x.text)) for x in lines)
    if marked >= 2:
        return True
    asked = [
        i
        for i, x in enumerate(lines[1:-1], 1)
        if x.text.endswith("?") and not x.text.startswith(tuple(OPENERS)) and len(x.text) < 300 and not BULLET.match(x.text)
    ]
    answers = [lines[i + 1].text for i in asked]
    spoken = sum(bool(words.first_person & set(WORD.findall(a.lower().replace("’", "'")))) for a in answers)
    return len(asked) >= 3 and len(asked) * 6 >= len(lines) and spoken * 2 >= len(asked)


def _heading_depth(line: _Line, lines: Sequence[_Line], at: int, interview: bool) -> int | None:
    """Depth of a heading (1 outermost), None for other lines."""
    text = line.text
    if text.startswith("#"):
        return len(text) - len(text.lstrip("#"))
    if text.startswith(("**", "__")) and text.endswith(("**", "__")) and len(text) < 120:
        return 2
    follows = lines[at + 1] if at + 1 < len(lines) else None
    if len(text) > 110 or not line.gap_before or not follows or "\n" in text:
        return None
    if SENTENCE_END.search(text) and not text.endswith("?"):
        return None
    if text.startswith(tuple(OPENERS)) or text.endswith((":", ",", ";")) or CLOCK.match(text):
        return None
    if text.endswith("?"):
        return None if interview or len(text.split()) > 14 else 2
    if re.match(r"\(?\d{1,2}[.)]\s", text):  # a numbered heading stands alone; a list item has neighbours
        return 3 if line.gap_after and not BULLET.match(follows.text) else None
    if BULLET.match(text) or len(text.split()) > 14:
        return None
    return 2 if line.gap_after or len(follows.text) > 2 * len(text) else None


def _turn(line: _Line, words: Language, interview: bool) -> tuple[Span | None, bool]:
    """The speaker label in front of an interview turn, and whether the turn is a question."""
    for pattern, asks in ((words.question_label, True), (words.answer_label, False)):
        if m := pattern.match(line.text):
            return Span(line.start, line.start + m.end()), asks
    if m := SPEAKER.match(line.text):
        if len(m["label"]) > 1 and not any(c.isdigit() for c in m["label"]):
            return Span(line.start, line.start + m.end("label")), interview and line.text.endswith("?")
    return None, interview and line.text.endswith("?") and not line.text.startswith(tuple(OPENERS))


# --- tables ------------------------------------------------------------------------------------------------------------


def _table(lines: Sequence[_Line], at: int, tail: int) -> int:
    """Number of lines of the table that starts at line ``at`` (its header row included); 0 where there is none."""
    first = lines[at].text
    bars = "|" in first or "\t" in first
    n = at + 1
    while n < min(len(lines), tail) and not lines[n].gap_before and "\n" not in lines[n].text:
        text = lines[n].text
        if bars != ("|" in text or "\t" in text) or BULLET.match(text):
            break
        if not bars and (SENTENCE_END.search(text) or CLOCK.match(text) or len(text) > 240):
            break
        n += 1
    if n - at < 3 or BULLET.match(first) or CLOCK.match(first):
        return 0
    if not bars and (SENTENCE_END.search(first) or first.endswith(":") or len(_columns(first)[1]) < 2):
        return 0
    return n - at


def _columns(header: str) -> tuple[int, list[str]]:
    """Number of columns of a header row and their names; a flattened header is cut where a new capitalised phrase starts."""
    if "|" in header or "\t" in header:
        names = [c.strip() for c in re.split(r"[|\t]", header.strip("| \t"))]
        return len(names), names
    names = [header[a:b].strip() for a, b in _phrases(header)]
    return len(names), names


def column_spans(header: str, at: int) -> list[Span]:
    """Spans of the columns of a header row that starts at character ``at`` of the article."""
    if "|" in header or "\t" in header:
        found = [m.span() for m in re.finditer(r"[^|\t]+", header) if m.group().strip()]
    else:
        found = _phrases(header)
    return [Span(at + a, at + b) for a, b in found]


FUNCTION = frozenset("a an and as at by for from in into of on or over per than that the to under vs with within without not no".split())


def _phrases(text: str) -> list[tuple[int, int]]:
    """Cut a flattened row before each capitalised word, dash or number that no function word leads into."""
    starts = [0]
    tokens = list(re.finditer(r"\S+", text))
    for before, m in zip(tokens, tokens[1:], strict=False):
        word = m.group().lstrip(OPENERS)
        opens = word[:1].isupper() or m.group() in "–—-" or (word[:1].isdigit() and not before.group()[:1].isdigit())
        if opens and before.group().lower().rstrip(",;") not in FUNCTION and not before.group().endswith((",", "-")):
            starts.append(m.start())
    return [(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _cells(row: _Line, n_columns: int, names: Sequence[str]) -> tuple[Span, ...]:
    """Cells of a row where they can be told apart, else an empty tuple."""
    if "|" in row.text or "\t" in row.text:
        body = row.text
        found = [m.span() for m in re.finditer(r"[^|\t]+", body) if m.group().strip()]
    else:
        found = _merge(row.text, _phrases(row.text), n_columns)
    if len(found) != n_columns or n_columns < 2:
        return ()
    out = []
    for a, b in found:
        cell = row.text[a:b]
        lead = len(cell) - len(cell.lstrip())
        out.append(Span(row.start + a + lead, row.start + a + len(cell.rstrip())))
    return tuple(out)


def _merge(text: str, phrases: list[tuple[int, int]], n_columns: int) -> list[tuple[int, int]]:
    """Join phrases until as many are left as there are columns: capitals after capitals (names) first."""
    phrases = list(phrases)
    while len(phrases) > n_columns:
        def cost(i: int) -> tuple[int, int]:
            left = text[slice(*phrases[i])].split()
            right = text[slice(*phrases[i + 1])].split()
            name = left[-1][:1].isupper() and right[0][:1].isupper()
            return (0 if name and i > 0 else 1, len(left) + len(right))

        i = min(range(len(phrases) - 1), key=cost)
        phrases[i : i + 2] = [(phrases[i][0], phrases[i + 1][1])]
    return phrases


# --- blocks to sentences -----------------------------------------------------------------------------------------------


def _sentences(
    text: str, block: Block, split: Splitter, settings: SegmentSettings, words: Language
) -> Iterator[tuple[int, int]]:
    start = block.start
    if block.kind is BlockKind.HEADING:
        start += len(text[start : block.end]) - len(text[start : block.end].lstrip("#*_ \t"))
    for pattern in (BULLET, CLOCK, DATELINE):
        if block.kind in (BlockKind.TITLE, BlockKind.TABLE_ROW) or (pattern is BULLET and block.kind is not BlockKind.LIST_ITEM):
            continue
        if (m := pattern.match(text, start, block.end)) and m.end() < block.end:
            start = m.end()
    if block.speaker and block.speaker.start == start:
        colon = text.find(":", block.speaker.start, block.end)
        start = max(block.speaker.end, colon + 1)
    if block.kind in (BlockKind.TABLE_ROW, BlockKind.TITLE, BlockKind.HEADING):
        spans: Sequence[tuple[int, int]] = [(0, block.end - start)]
    else:
        spans = split(text[start : block.end])
    for a, b in spans:
        yield from _cut(text, *_strip(text, start + a, start + b), settings.max_chars)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, start: int, end: int, max_chars: int) -> Iterator[tuple[int, int]]:
    while end - start > max_chars:
        space = max(text.rfind(c, start + max_chars // 2, start + max_chars) for c in (";", ",", " "))
        at = space + 1 if space > start else start + max_chars
        yield _strip(text, start, at)
        start = at
    if start < end:
        yield _strip(text, start, end)
