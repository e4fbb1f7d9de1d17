"""What texts put forward: clauses that can be true or false, in their own words, as full sentences.

A proposition is the content of an attribution, or a sentence of the article itself. Only what must be is changed: quotation marks
and "that" go, a pronoun in front that stands for the speaker becomes its name, the first letter is raised and a full stop is set.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sayso.claims.features import stems
from sayso.languages import Language
from sayso.types import ARTICLE_VOICE, Attribution, BlockKind, Label, Segmented, Sentence, Span, Statement

MIN_WORDS, MAX_WORDS = 4, 32
MIN_STEMS = 3
WORD = re.compile(r"[^\W_][\w'’.,-]*\w|[^\W_]")
EDGE = ' \t\n\u00a0“”"«»„‘,;:–—-•*'
LEAD = re.compile(
    r"^(?:(?:only|on \w+|also|again|later),?\s+that|that|whether|if|how|because|and|but|so|or|then|what|by saying|as saying)\b[\s,]*(?:that\b\s*)?",
    re.IGNORECASE,
)
SPLIT = re.compile(r"(?:;|:\s+(?=\w)|,?\s+(?:and|but) (?=that\b)|,\s+(?:but|while|although|though)\s+)")
NUMBER = re.compile(r"\d[\d.,]*")
LABEL = re.compile(r"^[^\W\d_][\w.]*(?: [\w.]+){0,2}: ")  # "Evidence: Russia has not released ..."
OPEN = re.compile(r"(?:whether|if|how)\b", re.IGNORECASE)
TAIL = re.compile(r"[\s,]+(?:and|but|or|that|which|who|the|a|of|to|as)$", re.IGNORECASE)
QUOTES = frozenset("“\"«„‘'")
EXPLETIVE = frozenset(("is", "was", "would", "will", "may", "might", "could", "seems", "took", "takes"))
NO_SUBJECT = frozenset(("to", "of", "as", "for", "with", "at", "by", "like", "about", "from", "only", "than", "when", "where", "who", "which", "why"))
SUBORDINATE = frozenset(("before", "after", "that", "which", "who", "whose", "when", "while", "if", "because", "where", "until", "as"))
MEASURE = re.compile(r"(\d[\d.,]*)\s?(%|[^\W\d_]{3,})")
NAMED = re.compile(r"(?<![\w-])[^\W\d_a-zß-ÿ][\w’'-]*")
FIRST = re.compile(r"(?P<who>[^\W\d_]+)(?P<verb>[’'][^\W\d_]+|\s+[^\W\d_]+(?:[’'][^\W\d_]+)?)")
PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)


@dataclass(frozen=True, slots=True)
class Proposition:
    """A proposition and where it was put forward. ``stance`` is what its cue commits the holder to; ``holder`` may be unknown.

    ``stems`` carry its topic, ``plain`` are those of its words in lower case (no names), ``numbers`` its figures, ``measures`` the figure of each unit ("tonnes": "400"), ``negative`` tells whether it says that something is not so, ``quality`` in
    [0, 1] how well it reads by itself.
    """

    text: str
    document: int
    sentence: int
    span: Span
    holder: str | None
    stance: Label
    stems: frozenset[str]
    plain: frozenset[str]
    numbers: frozenset[str]
    measures: Mapping[str, str]
    negative: bool
    quality: float
    open: bool
    """Somebody is reported to hold back from it: "could not say whether", "did not deny that"."""


class Propositions:
    """Reads propositions from documents whose statements are known."""

    def __init__(self, names: Mapping[str, str], groups: Collection[str], words: Language) -> None:
        """``names`` gives the display name of an actor id; ``groups`` are the ids of actors that are no single human being."""
        self.names = names
        self.groups = groups
        self.words = words
        self._vague = words.singular_pronouns | words.plural_pronouns | words.thing_pronouns | {"this", "these", "those"}

    def read(self, k: int, document: Segmented, statements: Sequence[Statement], attributions: Sequence[Attribution]) -> Iterator[Proposition]:
        """Yield the propositions of document number ``k`` in text order."""
        by_sentence: dict[int, list[Statement]] = {}
        for s in statements:
            by_sentence.setdefault(s.sentence.start, []).append(s)
        loose = _unheld(document, attributions, statements)
        for i, sentence in enumerate(document.sentences):
            if sentence.kind not in PROSE or document.text(sentence).rstrip().endswith("?"):
                continue
            here = by_sentence.get(sentence.start, [])
            said = [(s.actor, a) for s in here for a in s.attributions if a.content] + [(None, a) for a in loose.get(i, ())]
            for holder, a in said:
                yield from self._of(k, i, document, sentence, a, holder)
            whole = document.text(sentence)
            checked = self.words.verifying.search(whole) and self.words.doubting.search(whole)  # what is known of the checking
            if not said or checked:
                yield from self._of(k, i, document, sentence, Attribution(content=sentence.span), ARTICLE_VOICE)

    def _of(self, k: int, i: int, document: Segmented, sentence: Sentence, a: Attribution, holder: str | None) -> Iterator[Proposition]:
        text = document.article.text
        content = _content(text, a, sentence.span)
        frame = text[content.start : content.end]
        if a.cue is not None:
            frame = f"{text[a.cue.start : a.cue.end]} {text[max(sentence.start, content.start - 60) : content.start]}"
        stance = self.stance(frame)
        if a.cue is None and stance is Label.DENIES:
            stance = Label.ASSERTS  # the article's own words have no cue that would govern them
        at = content.start
        for part in SPLIT.split(text[content.start : content.end]):
            start = text.find(part, at)
            at = start + len(part)
            raw = part.strip(EDGE)
            asked = OPEN.match(raw) is not None
            if asked and a.cue is None:
                continue
            made = self._sentence(raw.split(",")[0] if asked and raw[:2].lower() == "if" else raw, holder, text[start : start + 1])
            if made is not None:
                found = frozenset(stems(made, self.words))
                held = Label.UNCERTAIN if asked else stance
                left_open = a.cue is not None and held is Label.UNCERTAIN
                if len(found) >= MIN_STEMS - left_open:
                    numbers = frozenset(n.rstrip(".,") for n in NUMBER.findall(made))
                    quality = self._quality(made, a.cue is not None, holder)
                    measures = {m.group(2).lower(): m.group(1) for m in MEASURE.finditer(made)}
                    yield Proposition(
                        made,
                        k,
                        i,
                        Span(start, at),
                        holder,
                        held,
                        found,
                        frozenset(stems(NAMED.sub("", made[:1].lower() + made[1:]), self.words)),
                        numbers,
                        measures,
                        self.negative(made),
                        quality,
                        left_open,
                    )

    def stance(self, frame: str) -> Label:
        """What the words in front of a content commit to: doubt, denial, or else assertion."""
        if self.words.doubting.search(frame):
            return Label.UNCERTAIN
        return Label.DENIES if self.words.denying.search(frame) else Label.ASSERTS

    def negative(self, text: str) -> bool:
        """Whether an odd number of negations stands in ``text``."""
        tokens = [t.lower().replace("’", "'") for t in WORD.findall(text)]
        count: int = sum(t in self.words.negators or t.endswith("n't") for t in tokens)
        return count % 2 == 1

    def _sentence(self, raw: str, holder: str | None, first: str) -> str | None:
        """``raw`` as a sentence that stands by itself, or None where it is no clause, too long, or speaks of "I" and "you"."""
        text = TAIL.sub("", " ".join(LEAD.sub("", LABEL.sub("", raw), count=1).split()).strip(EDGE).rstrip(".!…"))
        text = self._third_person(text, holder)
        tokens = WORD.findall(text)
        low = [t.lower().replace("’", "'") for t in tokens]
        if not MIN_WORDS <= len(tokens) <= MAX_WORDS or not self._finite(low) or (text.count("(") != text.count(")")):
            return None
        if any(t in self.words.first_person or t in ("you", "your") for t in (x.split("'")[0] for x in low)):
            return None
        if any(text.count(a) != text.count(b) for a, b in (("“", "”"), ("«", "»"))) or text.count('"') % 2:
            text = re.sub(r"[“”\"«»]", "", text)
        quoted = first in QUOTES  # in somebody's own words "he" is another one
        name = None if quoted else self._stands_for(low, holder)
        if name and low[0] in ("it", "they", "he", "she"):
            text = name + text[len(tokens[0]) :]
        elif name and low[0] in ("its", "their", "his", "her"):
            text = f"{name}’s" + text[len(tokens[0]) :]
        elif low[0] in self._vague:
            return None
        return text[:1].upper() + text[1:] + "."

    def _third_person(self, text: str, holder: str | None) -> str:
        """ "We have closed our gates" of a firm -> "Northfell Water has closed its gates"; "I have ..." of a person likewise."""
        name = self.names.get(holder or "")
        m = FIRST.match(text)
        if name is None or m is None:
            return text
        group = holder in self.groups
        if m.group("who").lower() not in (self.words.we if group else self.words.i):
            return text
        verb = " ".join(m.group("verb").lower().replace("’", "'").split())
        text = f"{name} {self.words.third_person.get(verb, verb)}{text[m.end() :]}"
        return re.sub(rf"\b(?:{'|'.join(sorted(self.words.our))})\b", self.words.its, text) if group else text

    def _stands_for(self, low: Sequence[str], holder: str | None) -> str | None:
        """The name that a pronoun in front may give way to: of a person for "he", of another actor for "it"."""
        name = self.names.get(holder or "")
        if name is None or (low[0] in ("he", "she", "his", "her")) == (holder in self.groups):
            return None
        if low[0] in ("it", "its", "they", "their") and holder not in self.groups:
            return None
        expletive = low[0] == "it" and (low[1] in EXPLETIVE or low[1].endswith("'s")) and not re.search(r"(?:ed|ing|no|not|n't)$", low[2])
        return None if expletive else name

    def _finite(self, low: Sequence[str]) -> bool:
        if low[0] in NO_SUBJECT or low[0] in self.words.finite_verbs or low[0].endswith("ing") or "as" in low[1:3]:
            return False
        for k, t in enumerate(low[1:], 1):
            if t in SUBORDINATE:
                return False  # "a crack before the tanker left" is no clause
            if t.split("'")[0] in self.words.finite_verbs or "n't" in t:
                return True
            after = low[k + 1] if k + 1 < len(low) else ""
            if len(t) > 4 and t.endswith("ed") and after not in ("and", "by") and (after in self.words.function_words or after[:1].isdigit()):
                return True
        return False

    def _quality(self, text: str, attributed: bool, holder: str | None) -> float:
        tokens = WORD.findall(text)
        n = len(tokens)
        vague = sum(t.lower() in self._vague for t in tokens)
        named = any(t[:1].isupper() for t in tokens[1:]) or any(c.isdigit() for c in text)
        q = 0.5 + 0.2 * attributed + 0.1 * (holder is not None and holder != ARTICLE_VOICE) + 0.15 * named
        q -= (
            0.08 * vague
            + 0.02 * max(0, n - 18)
            + 0.05 * max(0, 7 - n)
            + 0.1 * bool(self.words.doubting.search(text))
            + 0.05 * ("“" in text or '"' in text)
        )
        return min(1.0, max(0.05, q))


def _content(text: str, a: Attribution, sentence: Span) -> Span:
    """The part of a content that lies in ``sentence`` and on one side of source and cue, from the start of a word to the end of one."""
    assert a.content is not None
    start, end = max(a.content.start, sentence.start), min(a.content.end, sentence.end)
    inside = [s for s in (a.source, a.cue) if s is not None and start <= s.start and s.end <= end]
    if inside:  # a quote on both sides of its cue
        left, right = (start, min(s.start for s in inside)), (max(s.end for s in inside), end)
        start, end = max(left, right, key=lambda s: s[1] - s[0])
    while start > sentence.start and text[start : start + 1].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < sentence.end and text[end - 1 : end].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, max(start, end))


def _unheld(document: Segmented, attributions: Sequence[Attribution], statements: Sequence[Statement]) -> dict[int, list[Attribution]]:
    """Attributions whose source is no actor, or that have none, by sentence."""
    held = {a.cue for s in statements for a in s.attributions if a.cue}
    out: dict[int, list[Attribution]] = {}
    i = 0
    for a in sorted((a for a in attributions if a.cue and a.content and a.cue not in held), key=lambda a: a.cue or Span(0, 0)):
        assert a.cue is not None and a.content is not None
        while i < len(document.sentences) and document.sentences[i].end <= a.cue.start:
            i += 1
        if i < len(document.sentences) and document.sentences[i].start <= a.cue.start and a.content.overlaps(document.sentences[i].span):
            out.setdefault(i, []).append(a)
    return out
