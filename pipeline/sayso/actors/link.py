"""From the words of a source to the actors behind them, or to the reason why there are none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sayso.actors.registry import ActorRegistry, Mention
from sayso.types import Span

POSSESSIVE = re.compile(r"['’](?:s\b|(?!\w))")
CONJUNCT = re.compile(r",|\b(?:and|or)\b")
WORD = re.compile(r"[\w'’-]+")
FULL_NAME = re.compile(r"(?<![\w-])[^\W\d_a-zß-ÿ][a-zß-ÿ’'-]+ [^\W\d_a-zß-ÿ][a-zß-ÿ’'-]+")
SENTENCE_END = re.compile(r"[.!?]['\"”’)]*\s")
BARE = frozenset(("a", "an", "one"))
ROLE_NEAR = 200  # characters before a sentence in which "a spokesman" finds whose he is
NEAR = 400  # characters before a sentence in which a pronoun may find its only candidate
FAR = 1000  # characters before a sentence in which a pronoun's likeliest candidate is looked for
FIRST_WORDS = 4  # of a sentence, among which its subject may be a pronoun ("But on Friday she ...")
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
        self._starts = [m.start for m in self.mentions]
        self._said: list[_Said] = []
        self._gender: dict[str, int] = {}
        self._pronouns = self.words.singular_pronouns | self.words.thing_pronouns | self.words.plural_pronouns
        self._heads = _heads(registry)
        self._present = {m.actor for m in self.mentions}

    def mentions_in(self, span: Span) -> list[Mention]:
        """Mentions that lie in ``span``."""
        inside = self.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]
        return [m for m in inside if m.end <= span.end]

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
            elif first and first[0] in self.words.relative_pronouns:
                link = self._antecedent(source, sentence)
            elif len(first) == 1 and first[0] in self._pronouns:
                link = self._pronoun(first[0], source, sentence)
            elif first and first[0] in self.words.singular_pronouns and len(first) <= 4 and first[-1] in self.words.role_nouns:
                link = self._pronoun(first[0], source, sentence)  # "his spokesman"
            elif first and first[0] in ("its", "their") and len(first) <= 5 and first[-1] in self.words.role_nouns:
                link = self._pronoun(first[0], source, sentence)
            elif 2 <= len(first) <= 3 and first[0] in BARE and first[-1] in self.words.role_nouns:
                link = self._bare_role(source, sentence)
            else:
                link = Link((), f"source not among the actors: {_short(words)}")
        if link.actors:
            person = any(m.person for m in self.mentions_in(source)) or lower in self.words.singular_pronouns
            if len(link.actors) == 1:
                self._learn(lower, link.actors[0])
            self._said.append(_Said(link.actors, person))
            del self._said[:-RECENT]
        return link

    def shortened(self, label: str) -> tuple[str, ...]:
        """The one actor whose name or alias holds all words of a table's head ("Union" of the Teachers' Union), else none."""
        wanted = set(WORD.findall(label.casefold())) - BARE
        fits = {a.id for a in self.registry.actors for name in (a.name, *a.aliases) if wanted and wanted <= set(WORD.findall(name.casefold()))}
        return tuple(fits) if len(fits) == 1 else ()

    def described(self, sentence: Span) -> list[str]:
        """Actors whose name or alias ends in a common noun of the sentence that no other actor's does ("the biggest hospital on the coast")."""
        words = {m.group() for m in WORD.finditer(self.text, sentence.start, sentence.end) if m.group().islower()}
        return [actor for noun, actor in self._heads.items() if noun in words]

    def likely(self, pronoun: Span, sentence: Span) -> str | None:
        """Whom a pronoun stands for, or where that is unclear the nearest actor that it may stand for: for a hint, never for a link.

        Call in reading order, as ``resolve``; nothing is remembered.
        """
        word = self.text[pronoun.start : pronoun.end].lower()
        if word not in self._pronouns:
            return None
        if link := self._pronoun(word, pronoun, sentence).actors:
            return link[0]
        single = word in self.words.singular_pronouns
        near = self.mentions_in(Span(max(0, sentence.start - FAR), pronoun.start))
        fits = [m.actor for m in near if self._fits(m, single) and self._agrees(word, m.actor)]
        said = [a for s in self._said for a in s.actors if s.person == single and self._agrees(word, a)]
        return next(iter([*said[-1:], *fits[-1:]]), None)

    def subject_pronoun(self, sentence: Span) -> Span | None:
        """The pronoun among the first words of a sentence, if there is one."""
        for m in islice(WORD.finditer(self.text, sentence.start, sentence.end), FIRST_WORDS):
            if m.group().lower() in self._pronouns:
                return Span(*m.span())
        return None

    def _named(self, source: Span) -> Link:
        inside = [m for m in self.mentions_in(source) if not self._turned_away(m, source)]
        kept = tuple(dict.fromkeys(m.actor for m in inside))
        if len(kept) > 1 and not _joined(self.text[source.start : source.end]):
            kept = (self._owner(inside, source),)
        return Link(kept, None if kept else "no actor named")

    def _turned_away(self, m: Mention, source: Span) -> bool:
        """ "Rowe's critics", "opponents of Rowe", "a customer of the bank" are not Rowe, nor the bank."""
        after = CONJUNCT.split(self.text[m.end : source.end])[0]
        before = CONJUNCT.split(self.text[source.start : m.start])[-1]
        words = before + (after if POSSESSIVE.match(after) else "")
        return any(w.strip("'’") in self.words.against_nouns for w in WORD.findall(words.lower()))

    def _owner(self, inside: Sequence[Mention], source: Span) -> str:
        """In "Ostland's envoy to Westland" the owner speaks; in "the envoy of Ostland in Westland" the first named."""
        owners = (m.actor for m in inside if POSSESSIVE.match(self.text[m.end : source.end]))
        return next(owners, inside[0].actor)

    def _all(self) -> Link:
        recent: list[str] = []
        for said in reversed(self._said):
            recent += [a for a in said.actors if a not in recent]
            if len(recent) >= 2:
                return Link(tuple(recent[:2]))
        if len(self._present) == 2:
            return Link(tuple(sorted(self._present)))
        return Link((), "unclear which actors are meant by all of them")

    def _antecedent(self, source: Span, sentence: Span) -> Link:
        """ "The Water Board, which runs the dam, says": the name that the relative clause hangs on."""
        before = self.mentions_in(Span(sentence.start, source.start))
        if before and not re.search(r"[.;:]|\b(?:and|but|that)\b", self.text[before[-1].end : source.start]):
            return Link((before[-1].actor,))
        return Link((), f"unclear whom {self.text[source.start : source.end].split()[0].lower()!r} stands for")

    def _learn(self, words: str, actor: str) -> None:
        """Remember which of "he" and "she" an actor was called by, a title telling it too."""
        for k, group in enumerate(self.words.gendered):
            if words in group or words.split()[0].rstrip(".") in group:
                self._gender.setdefault(actor, k)

    def _agrees(self, word: str, actor: str) -> bool:
        """False where the text has called the actor by the other pronoun."""
        known = self._gender.get(actor)
        return known is None or word not in self.words.singular_pronouns or word in self.words.gendered[known]

    def _bare_role(self, source: Span, sentence: Span) -> Link:
        """ "A spokesman", after one organisation only: the one that the sentences before are about."""
        near = [m for m in self.mentions_in(Span(max(0, sentence.start - ROLE_NEAR), source.start)) if not m.person]
        named = {m.actor for m in near}
        if len(named) == 1 and not self._strangers(near[-1].end, source.start):
            return Link(tuple(named))
        return Link((), f"unclear whose {self.text[source.start : source.end].split()[-1].lower()!r} speaks")

    def _strangers(self, start: int, end: int) -> bool:
        """Whether somebody unlisted is named in between, by first name and surname."""
        inside = self.mentions_in(Span(start, end))
        return any(not any(m.start < n.end() and n.start() < m.end for m in inside) for n in FULL_NAME.finditer(self.text, start, end))

    def _pronoun(self, word: str, source: Span, sentence: Span) -> Link:
        single = word in self.words.singular_pronouns
        unclear = Link((), f"unclear whom {word!r} stands for")
        near = self.mentions_in(Span(max(0, sentence.start - NEAR), source.start))
        near = [m for m in near if self._fits(m, single) and self._agrees(word, m.actor)]
        here = {m.actor for m in near if m.start >= sentence.start}
        if len(here) == 1:
            return Link(tuple(here))
        said = next((s for s in reversed(self._said) if s.person == single and all(self._agrees(word, a) for a in s.actors)), None)
        if said is not None and (not here or here & set(said.actors)):
            return Link(said.actors) if word in self.words.plural_pronouns or len(said.actors) == 1 else unclear
        named = {m.actor for m in near}
        if single and len(named) > 1:  # of several the one that the sentence before is about
            last = [m for m in near if not SENTENCE_END.search(self.text, m.end, near[-1].start)]
            named = {m.actor for m in last}
        if len(named) == 1 and single and self._strangers(near[-1].end, source.start):
            return Link((), f"somebody unlisted stands between {word!r} and the last name")
        return Link(tuple(named)) if len(named) == 1 else unclear

    def _fits(self, m: Mention, single: bool) -> bool:
        return m.person if single else not m.person


def _heads(registry: ActorRegistry) -> dict[str, str]:
    """Last words of names and aliases that belong to one actor alone and are no bare title, in lower case."""
    owners: dict[str, set[str]] = {}
    for a in registry.actors:
        for name in (a.name, *a.aliases):
            if len(words := WORD.findall(name.casefold())) > 1 and len(words[-1]) > 3:
                owners.setdefault(words[-1], set()).add(a.id)
    return {noun: next(iter(ids)) for noun, ids in owners.items() if len(ids) == 1 and noun not in registry.words.role_nouns}


def _joined(text: str) -> bool:
    return bool(re.search(r"\b(?:and|both|neither|nor|as well as|together with|&)\b", text))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return repr(words if len(words) <= 60 else words[:57] + "...")
