"""From the words of a source to the actors behind them, or to the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sayso.actors.registry import ActorRegistry, Mention
from sayso.types import Span

POSSESSIVE = re.compile(r"['’]s?\b")
WORD = re.compile(r"[\w'’-]+")
RECENT = 4  # holders further back than this many statements are no longer in the reader's mind


@dataclass(frozen=True, slots=True)
class Link:
    """The actors that a source stands for. Empty with a ``reason`` where it stays open."""

    actors: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    actors: tuple[str, ...]
    person: bool


class Linker:
    """Links the sources of one article in reading order, so that pronouns find who spoke or was named before."""

    def __init__(self, registry: ActorRegistry, text: str) -> None:
        self.registry = registry
        self.text = text
        self.words = registry.words
        self.mentions = registry.mentions(text)
        self._said: list[_Said] = []
        self._present = {m.actor for m in self.mentions}

    def mentions_in(self, span: Span) -> list[Mention]:
        """Mentions that lie in ``span``."""
        return [m for m in self.mentions if span.start <= m.start and m.end <= span.end]

    def resolve(self, source: Span, sentence: Span) -> Link:
        """Link a source span. Call in reading order: the answer is remembered for the pronouns that follow."""
        words = self.text[source.start : source.end]
        lower = " ".join(words.lower().replace("’", "'").split())
        link = self._named(source)
        if not link.actors:
            first = WORD.findall(lower)
            if lower in self.words.all_of:
                link = self._all()
            elif len(first) == 1 and first[0] in self.words.first_person:
                link = Link((), "first person outside an interview")
            elif len(first) == 1 and (first[0] in self.words.singular_pronouns or first[0] in self.words.thing_pronouns or first[0] in self.words.plural_pronouns):
                link = self._pronoun(first[0], source, sentence)
            elif first and first[0] in self.words.singular_pronouns and len(first) <= 4 and first[-1] in self.words.role_nouns:
                link = self._pronoun(first[0], source, sentence)  # "his spokesman"
            elif first and first[0] in ("its", "their") and len(first) <= 5 and first[-1] in self.words.role_nouns:
                link = self._pronoun(first[0], source, sentence)
            else:
                link = Link((), f"source not among the actors: {_short(words)}")
        if link.actors:
            person = any(m.person for m in self.mentions_in(source)) or lower in self.words.singular_pronouns
            self._said.append(_Said(link.actors, person))
            del self._said[:-RECENT]
        return link

    def _named(self, source: Span) -> Link:
        inside = self.mentions_in(source)
        kept: list[str] = []
        for m in inside:
            if self._turned_away(m, source):
                continue
            if m.actor not in kept:
                kept.append(m.actor)
        if len(kept) > 1 and not _joined(self.text[source.start : source.end]):
            kept = kept[:1] if not self._owned(inside, source) else [self._owned(inside, source) or kept[0]]
        return Link(tuple(kept), None if kept else "no actor named")

    def _turned_away(self, m: Mention, source: Span) -> bool:
        """"Rowe's critics", "opponents of Rowe", "a customer of the bank" are not Rowe, nor the bank."""
        after = self.text[m.end : source.end]
        if POSSESSIVE.match(after) or after.startswith(("'", "’")):
            head = [w.lower() for w in WORD.findall(after)]
            if head and any(w.strip("'’") in self.words.against_nouns for w in head):
                return True
        before = [w.lower() for w in WORD.findall(self.text[source.start : m.start])]
        return any(w in self.words.against_nouns for w in before)

    def _owned(self, inside: Sequence[Mention], source: Span) -> str | None:
        """In "Ostland's envoy to Westland" the owner speaks; in "the envoy of Ostland in Westland" the first named."""
        for m in inside:
            if POSSESSIVE.match(self.text[m.end : source.end]):
                return m.actor
        return inside[0].actor if inside else None

    def _all(self) -> Link:
        recent: list[str] = []
        for said in reversed(self._said):
            recent += [a for a in said.actors if a not in recent]
            if len(recent) >= 2:
                return Link(tuple(recent[:2]))
        if len(self._present) == 2:
            return Link(tuple(sorted(self._present)))
        return Link((), "unclear which actors are meant by all of them")

    def _pronoun(self, word: str, source: Span, sentence: Span) -> Link:
        single = word in self.words.singular_pronouns
        before = [m for m in self.mentions if m.end <= source.start]
        here = [m for m in before if m.start >= sentence.start and self._fits(m, single)]
        names = list(dict.fromkeys(m.actor for m in here))
        if len(names) == 1:
            return Link((names[0],))
        for said in reversed(self._said):
            if said.person == single or (not single and not said.person):
                return Link(said.actors) if word in self.words.plural_pronouns or len(said.actors) == 1 else Link((), f"unclear whom {word!r} stands for")
        near = [m for m in before if m.start >= sentence.start - 400 and self._fits(m, single)]
        names = list(dict.fromkeys(m.actor for m in near))
        if len(names) == 1:
            return Link((names[0],))
        return Link((), f"unclear whom {word!r} stands for")

    def _fits(self, m: Mention, single: bool) -> bool:
        return m.person if single else not m.person


def _joined(text: str) -> bool:
    return bool(re.search(r",|\b(?:and|both|neither|nor|as well as|together with|&)\b", text))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return repr(words if len(words) <= 60 else words[:57] + "...")
