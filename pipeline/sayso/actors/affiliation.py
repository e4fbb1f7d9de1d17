"""Which person speaks for which organisation or state? Read from the words around a name.

"Jo Fell, the agency's director", "Northfell's director, Jo Fell", "Northfell spokesman Jo Fell", "its director, Jo Fell": a role,
and an owner named beside it, meant by "its", or the only one that "the agency" can be.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sayso.actors.names import Name
from sayso.languages import Language
from sayso.types import Segmented

if TYPE_CHECKING:
    from sayso.actors.discovery import Entity

WORD = re.compile(r"[^\W\d_][\w-]*")
BEHIND = re.compile(r",\s+(?P<phrase>[^.;:\n“”\"()]{2,110})")
FROM = re.compile(r"\s+(?:of|from|at|for)\s+(?P<phrase>[^.;:,\n“”\"()]{2,70})")
TOWARDS = re.compile(r"\b(?:to|in|on|against|with|over)\s+(?:the\s+)?$")  # an envoy to Ostland is not Ostland's
ROLE_WORDS = 4
REACH = 70  # characters before a name in which its role and the role's owner stand


class _Mention(NamedTuple):
    start: int
    end: int
    entity: str


class Affiliations:
    """People and the entities that they belong to, over all documents."""

    def __init__(self, documents: Sequence[Segmented], entities: Mapping[str, Entity], sources: set[str], words: Language) -> None:
        self.documents = documents
        self.entities = entities
        self.sources = sources
        self.words = words
        self.roles = words.role_nouns | words.kind_nouns.get("person", frozenset())
        self.speakers = words.speaks_for
        self.mentions: dict[int, list[_Mention]] = defaultdict(list)
        for e in entities.values():
            for n in e.names:
                self.mentions[n.document].append(_Mention(n.start, n.end, e.name))
        for found in self.mentions.values():
            found.sort()
        self.by_head = self._heads()

    def _heads(self) -> dict[int, dict[str, str]]:
        """For each document: "the agency" -> the only entity there that it can mean."""
        out: dict[int, dict[str, str]] = {}
        for k, mentions in self.mentions.items():
            owners: dict[str, set[str]] = defaultdict(set)
            for name in {m.entity for m in mentions}:
                kind = self.entities[name].kind
                if kind not in ("", "person"):
                    owners[kind].add(name)
            out[k] = {head: next(iter(names)) for head, names in owners.items() if len(names) == 1}
        return out

    def find(self) -> dict[str, tuple[str, str]]:
        """Person -> (owner, role); where the texts disagree the owner named most often."""
        votes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for name, e in self.entities.items():
            if not e.person:
                continue
            for n in e.names:
                found = self._of(n, name)
                if found and found[0] != name and found[0] in self.entities and self._speaks(*found):
                    votes[name][found] += 1
        best = {person: max(sorted(c), key=lambda x: (c[x], bool(x[1]))) for person, c in votes.items()}
        return {p: (o, r) for p, (o, r) in best.items() if o not in best}

    def _speaks(self, owner: str, role: str) -> bool:
        """Whoever has a post in an organisation speaks for it; for another person only a lawyer or the like does."""
        return not self.entities[owner].person or any(w in self.speakers for w in role.split())

    def _of(self, n: Name, person: str) -> tuple[str, str] | None:
        text = self.documents[n.document].article.text
        return self._behind(n, text) or self._before(n, text)

    def role_of(self, n: Name) -> str:
        """A person's role beside this name, whoever may own it: "mayor Jo Fell", "Jo Fell, the mayor of Tarn"."""
        text = self.documents[n.document].article.text
        if n.title and n.title.split()[-1] in self.roles:
            return n.title
        before = re.split(r"[.,;:!?\n“”\"()]", text[max(0, n.start - REACH) : n.start])[-1]
        if (tail := WORD.findall(before)[-1:]) and tail[0].casefold() in self.roles:
            return self._role(before)
        m = BEHIND.match(text, n.end)
        head = re.split(r",|\b(?:said|says|told|added|was|has|had|and)\b", m.group("phrase"))[0] if m else ""
        return self._role(head) if re.match(r"(?:the|a|an)\s", head) or len(head.split()) <= 3 else ""

    def _behind(self, n: Name, text: str) -> tuple[str, str] | None:
        m = BEHIND.match(text, n.end)
        if m is not None:
            phrase, at = m.group("phrase"), m.start("phrase")
            head = re.split(r",|\b(?:said|says|told|added|was|has|had)\b", phrase)[0]
            role = self._role(head)
            if role or re.match(rf"who\s+(?:{'|'.join(self.words.leads)})\b", phrase):
                owner = self._owner(n.document, text, at, at + len(head), n.start)
                if owner:
                    return owner, role
        m = FROM.match(text, n.end)
        if m is not None:
            first = self._inside(n.document, m.start("phrase"), m.end("phrase"))
            if first and first.start - m.start("phrase") <= 4 and not self.entities[first.entity].person and self.entities[first.entity].kind:
                return first.entity, ""
        return None

    def _before(self, n: Name, text: str) -> tuple[str, str] | None:
        start = max(0, n.start - REACH)
        near = re.split(r"[.;:!?\n“”\"()]", text[start : n.start])[-1]
        at = n.start - len(near)
        phrase = near.rstrip()
        if n.title:
            titled = self._inside(n.document, n.start - len(n.title) - 25, n.start)
            owner = titled.entity if titled else None
            words = [w for w in n.title.split() if owner is None or not self._is_form(w, owner)]
            if owner is not None and words[-1] in self.roles and self._can_own(owner):
                return owner, " ".join(words)
        comma = phrase.endswith(",")
        phrase = phrase.rstrip(", ")
        last = re.split(r",|\b(?:said|says|told|and|but|that)\b", phrase)[-1]
        at += phrase.rfind(last)
        tail = WORD.findall(last)[-1:]
        if not tail or not (tail[0].casefold() in self.roles or (comma and self._role(last))):
            return None
        if comma and not re.search(r"['’]s?\s|\b(?:its|their|his|her|the|a|an)\s", last, re.IGNORECASE):
            return None
        role = self._role(last)
        owner = self._owner(n.document, text, at, at + len(last), n.start)
        return (owner, role) if owner and role else None

    def _is_form(self, word: str, owner: str) -> bool:
        return any(word == form.casefold() for form in (owner, *self.entities[owner].aliases))

    def _can_own(self, name: str) -> bool:
        """An organisation, a state, or something unclear that speaks itself; a town that is only named is no one's employer."""
        return bool(self.entities[name].kind) or any(n.text in self.sources for n in self.entities[name].names)

    def _role(self, phrase: str) -> str:
        """The role in a phrase, without its owner: "the agency's duty director" -> "duty director"."""
        phrase = re.split(r"\s(?:of|for|at|from|in|with|on|who)\s", " " + phrase)[0].strip()
        phrase = re.split(r"['’]s?\s+", phrase)[-1]
        tokens = [w for w in WORD.findall(phrase) if w.casefold() not in ("the", "a", "an", "its", "their", "his", "her", "then", "former")]
        while tokens and tokens[0][:1].isupper():
            tokens = tokens[1:]
        at = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].casefold() in self.roles), None)
        if at is None:
            return ""
        return " ".join(tokens[max(0, at - ROLE_WORDS + 1) : at + 1]).casefold()

    def _owner(self, document: int, text: str, start: int, end: int, before: int) -> str | None:
        """Who owns the role in text[start:end]: named there, meant by a pronoun, or the only "agency" there is."""
        for m in self._all_inside(document, start, end):
            if self._can_own(m.entity) and not TOWARDS.search(text[max(start, m.start - 12) : m.start]):
                return m.entity
        phrase = text[start:end].casefold()
        for noun in re.findall(r"\bthe\s+(?:[\w-]+\s+)?([\w-]+)", phrase):
            if noun in self.by_head.get(document, {}):
                return self.by_head[document][noun]
        if re.match(r"\s*(?:its|their)\b", phrase):
            return self._last(document, before, text, person=False)
        if re.match(r"\s*(?:his|her)\b", phrase):
            return self._last(document, before, text, person=True)
        return None

    def _inside(self, document: int, start: int, end: int) -> _Mention | None:
        return next(iter(self._all_inside(document, start, end)), None)

    def _all_inside(self, document: int, start: int, end: int) -> list[_Mention]:
        found = self.mentions.get(document, [])
        return [m for m in found[bisect_left(found, (start, start, "")) : bisect_left(found, (end, end, ""))] if m.end <= end + 2]

    def _last(self, document: int, before: int, text: str, *, person: bool) -> str | None:
        """The nearest earlier entity of the right sort in the paragraph, or in the one before."""
        found = self.mentions.get(document, [])
        i = bisect_left(found, (before, before, "")) - 1
        limit = max(0, before - 400)
        while i >= 0 and found[i].start >= limit:
            if self.entities[found[i].entity].person == person and self._can_own(found[i].entity):
                return found[i].entity
            i -= 1
        return None
