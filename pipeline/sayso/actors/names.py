"""Names in running text: runs of capitalised words, told apart from words that are capitalised for their place only.

No parser and no model: what a capital means is decided by counting over all texts at once. A word that also stands in lower
case and is only ever capitalised at the start of a sentence is a common word; tables and lines in title case or capitals teach
nothing and are left to the registry, which knows the names by then.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sayso.actors.registry import MONTHS, PARTICLES
from sayso.languages import Language
from sayso.types import BlockKind, Segmented, Span

WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]\w*(?:[-’'][^\W_]\w*)*")
OWNED = re.compile(r"['’]s$")
SPACE = re.compile(r"[ \t\u00a0]+\Z")
AFTER_INITIAL = re.compile(r"\.[ \t\u00a0]+\Z")
OPENS = re.compile(r"(?:[“”\"‘«»„「.!?:;…—–•*()\[\]|/-]|(?<!\w)['’])\s*$")  # an apostrophe behind a word ends it, and opens nothing
PEOPLE = ("men", "women", "people", "children")  # "the Fishermen's Co-operative" is one name
PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.LIST_ITEM))
MAX_WORDS = 9  # of a name; what is longer is a line in title case
SHOUT = 6  # letters; a longer word in capitals is shouted, not an acronym
HEADLINE_SHARE = 0.6  # of a sentence's long words with capitals: it is set as a headline
HEADLINE_WORDS, HEADLINE_LONGEST = 7, 30


@dataclass(frozen=True, slots=True)
class Name:
    """A name at [start, end) of document ``document``. ``title`` holds the words that stood before it ("President"), in lower case."""

    document: int
    start: int
    end: int
    text: str
    title: str = ""
    owned: bool = False
    """Followed by a possessive."""
    the: bool = False
    """Preceded by the article of the language."""
    initial: bool = False
    """At the start of a sentence or a quote, where a capital says little."""
    place: bool = False
    """Behind a preposition of place."""

    @property
    def span(self) -> Span:
        """The name's characters."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    initial: bool
    owned: bool
    handle: bool
    """An account's name ("@northfell") or a tag."""


class NameFinder:
    """Finds names in ``documents``; what it learns about words it learns from all of them."""

    def __init__(self, documents: Sequence[Segmented], words: Language) -> None:
        self.documents = documents
        self.words = words
        self.lower: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        """Capitalised words that do not open a sentence or a quote."""
        self._common = words.function_words | words.calendar | words.first_person
        self._titles = words.titles | words.role_nouns | words.kind_nouns.get("person", frozenset())
        self._places = frozenset(f for state, forms in words.places.items() for f in (state, *forms))
        self._small = words.name_joiners | PARTICLES
        self._sentences: list[tuple[int, list[_Word]]] = []
        for k, document in enumerate(documents):
            for s in document.sentences:
                tokens = _words(document.article.text, s.span)
                self.lower.update(w.text.casefold() for w in tokens if w.text[:1].islower())
                if (s.kind in PROSE and not _headline(tokens)) or (s.kind is BlockKind.TITLE and _sentence_case(tokens)):
                    self._sentences.append((k, tokens))
                    self.inside.update(w.text for w in tokens if w.text[:1].isupper() and not w.initial)

    def find(self) -> list[Name]:
        """Return the names of all documents in text order."""
        out: list[Name] = []
        for k, tokens in self._sentences:
            text = self.documents[k].article.text
            for run in self._runs(text, tokens):
                out += self._name(k, text, run)
        return out

    def is_name_word(self, w: _Word) -> bool:
        """Whether a word can be part of a name where it stands."""
        t = w.text
        if w.handle:
            return False
        if not (t[0].isupper() or (t[0].isdigit() and any(c.isupper() for c in t)) or "_" in t):
            return False
        low = t.casefold()
        if t in self._places:
            return True  # "US" is no pronoun
        if low in self._common or re.split(r"['’]", low)[0] in self._common or len(t) == 1:
            return False
        if t.isupper() and sum(c.isalpha() for c in t) > SHOUT:
            return False
        if low not in self.words.head_nouns and any(p[:1].islower() and len(p) > 2 for p in re.split(r"[-–]", t)[1:]):  # "Moscow-backed"
            return False
        if w.initial and low in self.words.openers:
            return False
        return not w.initial or self.inside[t] > 0 or not self.lower[low]

    def _runs(self, text: str, tokens: Sequence[_Word]) -> Iterable[list[_Word]]:
        run: list[_Word] = []
        i = 0
        while i < len(tokens):
            w = tokens[i]
            of = len(run) > 2 and any(r.text in self.words.name_joiners for r in run)  # "Friends of Tanner's Field"
            month = len(run) == 1 and w.text in MONTHS and run[0].text.casefold() not in self.words.titles  # "Theresa May"
            if (month or self.is_name_word(w)) and (not run or self._follows(text, run[-1], w) or (of and SPACE.match(text[run[-1].end : w.start]))):
                run.append(w)
            elif run and (jump := self._joined(text, run, tokens, i)):
                run += tokens[i : i + jump]
                i += jump
                continue
            else:
                if run:
                    yield run
                run = [w] if self.is_name_word(w) else []
            i += 1
        if run:
            yield run

    def _follows(self, text: str, last: _Word, w: _Word) -> bool:
        """Side by side, and the one before no owner: "Ostland's Vera Lind" are two; "Herders' Association" is one."""
        gap = text[last.end : w.start]
        if last.owned:
            return last.text.casefold().endswith(PEOPLE) and SPACE.match(gap) is not None
        if w.initial and len(last.text) > 2 and not gap.strip(" &"):
            return gap.strip() == "&" or SPACE.match(gap) is not None
        plural = re.fullmatch(r"['’][ \t]+", gap) is not None and last.text.endswith("s")
        short = AFTER_INITIAL.match(gap) is not None and (len(last.text) == 1 or last.text.casefold() in self.words.titles)
        return bool(SPACE.match(gap)) or plural or short or gap.strip() == "&"

    def _joined(self, text: str, run: Sequence[_Word], tokens: Sequence[_Word], i: int) -> int:
        """How many tokens from ``i`` go on with the name: "of Mines", "for the Blind", "and Markets Authority"; else 0."""
        k = i
        while k < len(tokens) and k - i < 2 and tokens[k].text in self._small and SPACE.match(text[(tokens[k - 1]).end : tokens[k].start]):
            k += 1
        if k == i or k >= len(tokens) or run[-1].owned or not SPACE.match(text[tokens[k - 1].end : tokens[k].start]):
            return 0
        first, after = tokens[i].text, tokens[k]
        if not self.is_name_word(after):
            return 0
        if first.lower() in PARTICLES and k - i == 1:
            return k - i + 1
        head = run[-1].text.casefold()
        if first in ("of", "for"):
            singular = head.removesuffix("s")
            heads = self.words.head_nouns | {"friends", "doctors", "department", "house", "chamber", "sons", "daughters", "league"}
            return k - i + 1 if head in heads or singular in heads else 0
        if first in ("and",) and k - i == 1:
            end = k
            while end + 1 < len(tokens) and self.is_name_word(tokens[end + 1]) and self._follows(text, tokens[end], tokens[end + 1]):
                end += 1
            single = len(run) == 1 and not self.inside_alone(run[0].text)
            return end - i + 1 if single and end > k and tokens[end].text.casefold() in self.words.head_nouns else 0
        return 0

    def inside_alone(self, word: str) -> bool:
        """Whether a capitalised word is used often enough to be a name of its own."""
        return self.inside[word] > 2

    def _name(self, k: int, text: str, run: list[_Word]) -> Iterable[Name]:
        at = next((i for i in range(min(3, len(run) - 1) - 1, -1, -1) if run[i].text.casefold() in self._titles), None)
        titles: list[_Word] = []
        if at is not None and not self._names_office(run):  # "Ostlandic Foreign Minister Vera Lind"
            titles, run = run[: at + 1], run[at + 1 :]
            for w in titles[:-1]:
                if self.inside[w.text] > 1 and w.text.casefold() not in self.lower:
                    yield self._made(k, text, [w], "")
        if len(run) > MAX_WORDS or (len(run) == 1 and run[0].text.casefold() in (self._titles | self.words.head_nouns)):
            return
        yield self._made(k, text, run, " ".join(w.text.casefold() for w in titles))

    def _made(self, k: int, text: str, run: Sequence[_Word], title: str) -> Name:
        start, end = run[0].start, run[-1].end - (2 if run[-1].owned else 0)
        before = re.findall(r"[\w-]+", text[max(0, start - 20) : start].lower())[-2:]
        the = before[-1:] == ["the"] and text[start - 1 : start].isspace()
        near = before[0] if the and len(before) > 1 else before[-1] if before else ""
        return Name(
            k,
            start,
            end,
            " ".join(text[start:end].split()),
            title,
            run[-1].owned or text[end : end + 1] in ("'", "’"),
            the,
            run[0].initial and not title,
            near in self.words.place_prepositions and not run[0].initial,
        )

    def _names_office(self, run: Sequence[_Word]) -> bool:
        """ "Press Council" and "Ministry of Rail" begin with a role, but are no person."""
        return run[-1].text.casefold() in self.words.head_nouns or (len(run) > 1 and run[1].text.casefold() in self.words.name_joiners)


def _words(text: str, span: Span) -> list[_Word]:
    out = []
    for m in WORD.finditer(text, span.start, span.end):
        word = m.group()
        before = text[max(span.start, m.start() - 4) : m.start()]
        opens = not before.strip() or (OPENS.search(before) is not None if m.start() > span.start else True)
        owned = OWNED.search(word) is not None
        out.append(_Word(m.start(), m.end(), word[:-2] if owned else word, opens, owned, before[-1:] in ("@", "#")))
    return out


def _headline(tokens: Sequence[_Word]) -> bool:
    long = [w for w in tokens if len(w.text) > 3 and w.text[0].isalpha()]
    return HEADLINE_WORDS <= len(long) <= HEADLINE_LONGEST and sum(w.text[0].isupper() for w in long) > HEADLINE_SHARE * len(long)


def _sentence_case(tokens: Sequence[_Word]) -> bool:
    """A title that capitalises names only."""
    long = [w for w in tokens if len(w.text) > 3 and w.text[0].isalpha()]
    return sum(w.text[0].isupper() for w in long) <= len(long) / 2


def by_text(names: Iterable[Name]) -> dict[str, list[Name]]:
    """Names by their words, in order of first appearance."""
    out: dict[str, list[Name]] = defaultdict(list)
    for n in names:
        out[n.text].append(n)
    return dict(out)
