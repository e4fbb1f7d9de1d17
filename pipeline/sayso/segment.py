"""Article -> blocks and sentences.

Nothing is rewritten: blocks and sentences are spans into ``Article.text``, and the sentences with the gaps between them
rebuild it exactly. What a page shows by layout (titles, headings, lists, tables, captions, interview turns, the tail of
share links) is recognised from lines; rules come from how news pages look, and word patterns sit in ``languages/``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import nupunkt
from pydantic import BaseModel, ConfigDict, Field

from sayso.errors import ConfigError
from sayso.languages import Language, load_language
from sayso.types import Article, Block, BlockKind, Segmented, Sentence, Skipped, Span

Splitter = Callable[[str], Sequence[tuple[int, int]]]

BULLET = re.compile(r"[ \t]*(?:[•◦▪‣·*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
CLOCK = re.compile(  # "10:42", "11.05am GMT |": a stamp where the text begins anew after it, not where it goes on ("9am was too late")
    r"\[?(?:\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}(?:\.\d{2})?\s?[ap]\.?m\b\.?|\d{1,2}\.\d{2})"
    r"(?:\s?(?:GMT|BST|UTC|CET|CEST|ET|EST|EDT|PT|PST|IST)\b)?\]?(?:\s*[-–—:|]\s+(?=\S)|\s+(?=(?-i:[^a-z\s]))|\s*$)",
    re.I,
)
DATELINE = re.compile(r"[A-Z\u00C0-\u00DE][A-Z\u00C0-\u00DE.'’ -]{2,40}(?:,[^.\n]{1,40}?)?(?:\s*\([^)\n]{2,40}\))?\s*[—–-]{1,2}\s+(?=\S)")
SPEAKER = re.compile(r"(?P<label>[A-Z\u00C0-\u00DE][\w.'’-]*(?:[ ][A-Z\u00C0-\u00DE][\w.'’-]*){0,3}|[QA]):\s+(?=\S)")
POST = re.compile(  # "@pixelbarrow, 12:40", "Ada Finch (@finch) · 3h": who posted the lines below, and when
    r"(?P<name>@?\w[\w.'’-]*(?:[ ][\w.'’-]+){0,4}(?:[ ]?\(@\w+\))?)[ ]?[,·|•–—-][ ]?"
    r"(?:\d{1,2}[:.]\d{2}(?:[ ]?[ap]\.?m\b\.?)?|\d{1,2}[ ]?(?:s|m|min|h|hrs?|d)\b(?:[ ]ago)?)\s*$",
    re.I,
)
BARS = re.compile(r"\||\t")  # the edges of a table's cells
SLASHES = re.compile(r"[ ]/[ ]")  # so too, where a line has two of them
TURN = re.compile(r"(?<=[.?!…”\"'’*])[ ]+(?=\**(?:A|Q)\**:)")  # "Q: Is it over? A: It is asleep"
DASHED = re.compile(r"(?P<question>[^–—\n]{3,240}[?.!…”\"’])[ ][–—][ ](?=[^\s\da-z])")  # "Did you sell it? – I sold nothing."
LABEL = re.compile(r"(?P<label>[A-Z\u00C0-\u00DE][^:\n.!?]{1,40}?)(?::\s+|\s[–—-]\s)(?=\S)")  # "• Ostland: the gate was shut."
SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]]*\s*$")
WORD = re.compile(r"\w+")
LETTER = re.compile(r"[^\W\d_]")
ROW_CHARS = 240  # a longer line without bars is prose, not a flattened row
MARKUP = re.compile(r"#{1,6}[ \t]+|\*\*|__")
HEAD_CHARS = 500  # no pattern for a whole line of boilerplate needs more of it
OPENERS = "“\"‘'«„"


class SegmentSettings(BaseModel):
    """How articles are cut. Lengths are in characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    splitter: str = Field("nupunkt", description="sentence splitter: nupunkt, or lines (every line is a sentence)")
    keep: tuple[BlockKind, ...] = Field(tuple(k for k in BlockKind if k is not BlockKind.BOILERPLATE), description="kinds of block that are read")
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
    role: str = ""
    """``question`` or ``answer`` for the halves of a line that holds both."""


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
        for start, end in _sentences(article.text, block, split, settings):
            if len(sentences) >= settings.max_sentences:
                reason = f"more than {settings.max_sentences} sentences; raise segment.max_sentences to read on"
                skipped.append(Skipped(article.id, "segment", reason, start, len(article.text)))
                return Segmented(article, tuple(blocks), tuple(sentences), tuple(skipped))
            if not WORD.search(article.text, start, end):
                skipped.append(Skipped(article.id, "segment", "no words", start, end))
                continue
            if end - start < settings.min_chars:
                reason = f"shorter than {settings.min_chars} characters (segment.min_chars)"
                skipped.append(Skipped(article.id, "segment", reason, start, end))
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
    at = 0
    for raw in re.split(r"(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])", text):
        if stripped := raw.strip():
            start = at + raw.index(stripped)
            between = text[out[-1].end : start] if out else ""
            gap = not out or between.count("\n") + between.count("\u2029") > 1 or between.count("\r") > 1
            if out:
                out[-1].gap_after = gap
            out.append(_Line(start, start + len(stripped), stripped, gap))
        at += len(raw)
    return out


def _blocks(article: Article, words: Language) -> list[Block]:
    lines = [turn for line in _join_wrapped(_lines(article.text)) for turn in _turns_of(line, words)]
    if sum(bool(DASHED.match(x.text)) for x in lines) >= max(4, len(lines) // 3):
        lines = [turn for line in lines for turn in _dashed(line)]
    tail = _tail(lines, words)
    blocks: list[Block] = []
    headings: list[tuple[int, Span]] = []  # (depth, span)
    question: Span | None = None
    poster: Span | None = None
    interview = _is_interview(lines, words)
    at = 0
    while at < len(lines):
        line = lines[at]
        span = Span(line.start, line.end)
        path = tuple(s for _, s in headings)
        rows = _table(lines, at, tail)
        poster = None if line.gap_before else poster
        if at >= tail or words.boilerplate.match(line.text[:HEAD_CHARS]) or _is_stamp(line.text):
            blocks.append(Block(*span, BlockKind.BOILERPLATE))
        elif at == 0 and _is_title(line, article):
            blocks.append(Block(*span, BlockKind.TITLE))
        elif rows:
            header = Span(lines[at].start, lines[at].end)
            n_columns = _n_columns([x.text for x in lines[at : at + rows]])
            blocks.append(Block(*header, BlockKind.TABLE_ROW, path))
            for row in lines[at + 1 : at + rows]:
                cells = _cells(row, n_columns)
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
            blocks.append(Block(*span, BlockKind.LIST_ITEM, path, question=question, speaker=_label(line)))
        elif (m := POST.match(line.text)) and not line.gap_after:
            poster = Span(line.start, line.start + m.end("name"))
            blocks.append(Block(*span, BlockKind.PARAGRAPH, path))
        elif poster:
            blocks.append(Block(*span, BlockKind.PARAGRAPH, path, speaker=poster))
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


def _turns_of(line: _Line, words: Language) -> list[_Line]:
    """The line, or where it holds a question and its answer, a line for each."""
    if not words.question_label.match(_plain(line.text)) or not (cuts := [m.span() for m in TURN.finditer(line.text)]):
        return [line]
    edges = [(0, 0), *cuts, (len(line.text), len(line.text))]
    spans = [(a, b) for (_, a), (b, _) in pairwise(edges)]
    return [_Line(line.start + a, line.start + b, line.text[a:b], line.gap_before or a > 0, line.gap_after or b < len(line.text)) for a, b in spans]


def _dashed(line: _Line) -> list[_Line]:
    """A question and the answer behind its dash, a line for each."""
    if not (m := DASHED.match(line.text)):
        return [line]
    cut = m.end("question")
    asked = _Line(line.start, line.start + cut, line.text[:cut], line.gap_before, True, "question")
    return [asked, _Line(line.start + m.end(), line.end, line.text[m.end() :], True, line.gap_after, "answer")]


def _plain(text: str) -> str:
    """A line without the bold marks around it."""
    return text.strip("*_ ")


def _bold(text: str) -> bool:
    return text.startswith(("**", "__")) and text.endswith(("**", "__"))


def _join_wrapped(lines: list[_Line]) -> list[_Line]:
    """Join the lines of hard-wrapped paragraphs: long lines that break off in the middle of a sentence."""
    groups: list[list[_Line]] = []
    rows = _unpunctuated(lines)
    for i, line in enumerate(lines):
        before = groups[-1][-1] if groups else None
        if (
            before
            and not line.gap_before
            and i not in rows
            and not BARS.search(line.text)
            and not BARS.search(before.text)
            and 45 <= len(before.text) <= 120
            and not SENTENCE_END.search(before.text)
            and not BULLET.match(line.text)
            and (line.text[:1].islower() or before.text[-1:] in ",;–—-" or before.text.rsplit(" ", 1)[-1].islower())
            and len(before.text) + len(line.text.split(" ", 1)[0]) > 60
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [g[0] if len(g) == 1 else _Line(g[0].start, g[-1].end, "\n".join(x.text for x in g), g[0].gap_before, g[-1].gap_after) for g in groups]


def _unpunctuated(lines: Sequence[_Line]) -> set[int]:
    """Indices of lines in paragraphs that read as a table: a header of several phrases, no line ends a sentence or starts in lower case."""
    out: set[int] = set()
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and not lines[end].gap_before:
            continue
        texts = [x.text for x in lines[start:end]]
        ends = any(len(x) > ROW_CHARS or SENTENCE_END.search(x) or x[:1].islower() for x in texts)
        if len(texts) >= 3 and not ends and len(_parts(texts[0])) >= 3:
            out.update(range(start, end))
        start = end
    return out


def _tail(lines: Sequence[_Line], words: Language) -> int:
    """Index of the line from which only boilerplate follows."""
    tail = len(lines)
    prose = 0  # lines of prose after line i
    for i in range(len(lines) - 1, 0, -1):
        text = lines[i].text
        if len(text) < 80 and words.tail.match(text) and prose <= (len(lines) - 1 - i) // 8:
            tail = i
        prose += len(text) > 120 and bool(SENTENCE_END.search(text))
    return tail


def _is_title(line: _Line, article: Article) -> bool:
    if article.title and line.text.strip() == article.title.strip():
        return True
    return line.gap_after and len(line.text) <= 200 and not re.search(r"[.]['\"”’]?$", line.text)


def _is_interview(lines: Sequence[_Line], words: Language) -> bool:
    """Questions and answers in turn: a fifth of the paragraphs are short questions that prose answers."""
    marked = sum(bool(words.question_label.match(_plain(x.text))) or x.role == "question" for x in lines)
    if marked >= 2:
        return True
    asked = [
        i
        for i, x in enumerate(lines[1:-1], 1)
        if _plain(x.text).endswith("?") and not x.text.startswith(tuple(OPENERS)) and len(x.text) < 300 and not BULLET.match(x.text)
    ]
    answers = [lines[i + 1].text for i in asked]
    spoken = sum(bool(words.first_person & set(WORD.findall(a.lower().replace("’", "'")))) for a in answers)
    return len(asked) >= 3 and len(asked) * 6 >= len(lines) and spoken * 2 >= len(asked)


def _is_stamp(text: str) -> bool:
    m = CLOCK.match(text)
    return m is not None and m.end() == len(text)


def _heading_depth(line: _Line, lines: Sequence[_Line], at: int, interview: bool) -> int | None:
    """Depth of a heading (1 outermost), None for other lines."""
    text = line.text
    if m := re.match(r"(#{1,6})[ \t]", text):
        return len(m[1])
    if _bold(text) and len(text) < 120:
        return None if interview and _asked(lines, at) else 2
    if line.role:
        return None
    follows = lines[at + 1] if at + 1 < len(lines) else None
    if len(text) > 110 or not line.gap_before or not follows or "\n" in text or not LETTER.search(text):
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


def _label(line: _Line) -> Span | None:
    """The words before the colon or dash that a list item opens with."""
    bullet = BULLET.match(line.text)
    m = LABEL.match(line.text, bullet.end() if bullet else 0)
    return Span(line.start + m.start("label"), line.start + m.end("label")) if m else None


def _asked(lines: Sequence[_Line], at: int) -> bool:
    """Whether a bold line of an interview is a question: prose in plain type answers it."""
    return at > 0 and at + 1 < len(lines) and not _bold(lines[at + 1].text) and bool(SENTENCE_END.search(_plain(lines[at].text)))


def _turn(line: _Line, words: Language, interview: bool) -> tuple[Span | None, bool]:
    """The speaker label in front of an interview turn, and whether the turn is a question."""
    if line.role:
        return None, line.role == "question"
    for pattern, asks in ((words.question_label, True), (words.answer_label, False)):
        # "Q." and "A)" are labels in an interview only; elsewhere they are initials or the points of a list
        lead = len(line.text) - len(line.text.lstrip("*_ "))
        if (m := pattern.match(line.text, lead)) and (interview or m.group().endswith(":")):
            return Span(line.start, line.start + m.end()), asks
    if (m := SPEAKER.match(line.text)) and len(m["label"]) > 1 and not any(c.isdigit() for c in m["label"]):
        return Span(line.start, line.start + m.end("label")), interview and line.text.endswith("?")
    bold = _bold(line.text) and bool(SENTENCE_END.search(_plain(line.text)))
    return None, interview and (bold or (line.text.endswith("?") and not line.text.startswith(tuple(OPENERS))))


# --- tables ------------------------------------------------------------------------------------------------------------


def _table(lines: Sequence[_Line], at: int, tail: int) -> int:
    """Number of lines of the table that starts at line ``at`` (its header row included); 0 where there is none."""
    first = lines[at].text
    bars = _edges(first) is not None
    if BULLET.match(first) or CLOCK.match(first):
        return 0
    if not bars and (len(first) > ROW_CHARS or SENTENCE_END.search(first) or first.endswith(":") or len(_parts(first)) < 2):
        return 0
    n = at + 1
    while n < min(len(lines), tail) and not lines[n].gap_before and "\n" not in lines[n].text:
        text = lines[n].text
        if bars != (_edges(text) is not None) or BULLET.match(text):
            break
        if not bars and (len(text) > ROW_CHARS or SENTENCE_END.search(text) or CLOCK.match(text)):
            break
        n += 1
    return n - at if n - at >= 3 else 0


def _n_columns(rows: Sequence[str]) -> int:
    """Number of columns of a table. Names in a flattened header have several words, so there the rows below decide."""
    header, *below = (len(_parts(x)) for x in rows)
    if _edges(rows[0]) or header in below:
        return header
    likely = Counter(n for n in below if 2 <= n < header)
    return likely.most_common(1)[0][0] if likely else header


def _edges(row: str) -> re.Pattern[str] | None:
    """What parts the cells of a row, None where nothing does."""
    if BARS.search(row):
        return BARS
    return SLASHES if len(SLASHES.findall(row)) > 1 else None


def _parts(row: str) -> list[tuple[int, int]]:
    """What a row falls into: at its bars or tabs, or where it is flattened at each new phrase."""
    if edges := _edges(row):
        cuts = [(0, 0), *(m.span() for m in edges.finditer(row)), (len(row), len(row))]
        return [(a, b) for (_, a), (b, _) in pairwise(cuts) if row[a:b].strip()]
    return _phrases(row)


def column_spans(header: str, at: int, n_columns: int = 0, names: Sequence[Span] = ()) -> list[Span]:
    """Spans of the columns of a header row that starts at character ``at`` of the article.

    A flattened header is cut into ``n_columns`` (0: at each new phrase), and never inside one of ``names``, which are spans
    of the article.
    """
    parts = _parts(header)
    for name in names:
        inside = [i for i, (a, b) in enumerate(parts) if at + a < name.end and at + b > name.start]
        if len(inside) > 1:
            parts[inside[0] : inside[-1] + 1] = [(parts[inside[0]][0], parts[inside[-1]][1])]
    if n_columns and not _edges(header):
        parts = _merge(header, parts, n_columns)
    return [Span(at + a, at + b) for a, b in parts]


FUNCTION = frozenset((
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "no", "not", "of", "on", "or", "over", "per", "than", "that", "the",
    "to", "under", "vs", "with", "within", "without",
))  # fmt: skip


def _phrases(text: str) -> list[tuple[int, int]]:
    """Cut a flattened row before each capitalised word, dash or number that no function word leads into."""
    starts = [0]
    tokens = list(re.finditer(r"\S+", text))
    for before, m in pairwise(tokens):
        word = m.group().lstrip(OPENERS)
        opens = word[:1].isupper() or m.group() in "–—-" or (word[:1].isdigit() and not before.group()[:1].isdigit())
        dated = before.group().isdigit() and before.start() != starts[-1]  # "on 2 December"
        led = before.group().rstrip(",;")
        led = led if led in ("No", "Not") else led.lower()  # a cell may be a bare "No"
        if opens and not dated and led not in FUNCTION and not before.group().endswith((",", "-")):
            starts.append(m.start())
    return [(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _cells(row: _Line, n_columns: int) -> tuple[Span, ...]:
    """Cells of a row where they can be told apart, else an empty tuple."""
    found = _parts(row.text)
    if not _edges(row.text):
        found = _merge(row.text, found, n_columns)
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


def _sentences(text: str, block: Block, split: Splitter, settings: SegmentSettings) -> Iterator[tuple[int, int]]:
    start, end = block.start, block.end
    if block.kind in (BlockKind.TITLE, BlockKind.HEADING) and (m := MARKUP.match(text, start, end)) and m.end() < end:
        start = m.end()
        end = max(start + 1, start + len(text[start:end].rstrip("#*_ \t")))
    for pattern in (BULLET, CLOCK, DATELINE):
        if block.kind in (BlockKind.TITLE, BlockKind.TABLE_ROW) or (pattern is BULLET and block.kind is not BlockKind.LIST_ITEM):
            continue
        if (m := pattern.match(text, start, end)) and m.end() < end:
            start = m.end()
    if block.speaker and block.speaker.start == start and block.kind is BlockKind.PARAGRAPH:
        colon = text.find(":", block.speaker.start, block.end)
        start = max(block.speaker.end, colon + 1)
        start += len(text[start:end]) - len(text[start:end].lstrip("*_ "))
    if block.kind in (BlockKind.TABLE_ROW, BlockKind.TITLE, BlockKind.HEADING):
        spans: Sequence[tuple[int, int]] = [(0, end - start)]
    else:
        spans = split(text[start:end])
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
