"""Who is worth tracking? Names, merged into actors, and ranked by how often somebody is quoted under them.

1. ``names`` finds the names. 2. A surname goes to its full name, a short form or initials to the long name, a capital and an
adjective to the state, where there is one owner only; else they stay apart. 3. A person whom the text ties to an organisation or a
state ("Jo Fell, its director") becomes its member. 4. The linker counts what each would be credited with, and what nobody is
quoted under and few sentences name is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from sayso.actors.affiliation import Affiliations
from sayso.actors.credit import FoundActor, credit, described
from sayso.actors.names import PEOPLE, Name, NameFinder, by_text
from sayso.actors.registry import PARTICLES
from sayso.config import ActorDiscoverySettings
from sayso.languages import Language, load_language
from sayso.types import ARTICLE_VOICE, Actor, Attribution, Segmented, Span

FAMILY = re.compile(r"\b[Tt]he (?:([^\W\d_][\w-]+) family|([^\W\d_][\w-]+)e?s)\b")


@dataclass(slots=True)
class Entity:
    """A name with everything that was merged into it."""

    name: str
    kind: str = ""
    names: list[Name] = field(default_factory=list)
    aliases: dict[str, None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    role: str = ""
    """A person's office, where the text gives one: "mayor"."""

    @property
    def person(self) -> bool:
        """Whether it is one human being, as far as the text shows."""
        return self.kind == "person"


def discover_actors(
    documents: Sequence[Segmented],
    attributions: Sequence[Sequence[Attribution]],
    settings: ActorDiscoverySettings | None = None,
    language: str = "en",
) -> list[FoundActor]:
    """Return the actors of ``documents``, those with the most statements first; ``attributions`` are given for each document.

    Time is linear in the length of all texts, but for a factor that ``settings.max_actors`` bounds.
    """
    settings = settings or ActorDiscoverySettings()
    words = load_language(language)
    finder = NameFinder(documents, words)
    names = finder.find()
    sources = _source_names(names, attributions)
    entities = _Merger(documents, sources, names, finder.lower, words).merge()
    kept = _candidates(entities, sources, settings)
    actors = _actors(kept)
    actors += described(actors, documents, attributions, settings, language)
    agents = {form: sum(not n.place for n in e.names) for e in kept for form in (e.name, *e.aliases)}
    people = {form for e in kept if e.person for form in (e.name, *e.aliases)}
    counted = credit(actors, documents, attributions, language)
    settings = settings.model_copy(update={"min_mentions": min(settings.min_mentions, max(1, len(documents)))})
    out = [f for f in counted if _worthy(f, agents.get(f.actor.name, 0), bool(people & {f.actor.name, *f.actor.aliases}), settings)]
    out.sort(key=lambda f: (-f.n_statements, -f.n_mentions, f.actor.name))
    return out[: settings.max_actors]


def _worthy(f: FoundActor, agent: int, person: bool, settings: ActorDiscoverySettings) -> bool:
    """``agent`` counts mentions that are not behind a preposition of place, where towns and halls mostly stand."""
    if f.n_statements >= max(settings.min_statements, 1):
        return True
    if f.actor.kind and not person:
        return f.n_mentions >= settings.min_mentions
    return min(f.n_mentions, agent) > settings.min_mentions


class _Merger:
    """Names -> entities. One instance for one corpus."""

    def __init__(self, documents: Sequence[Segmented], sources: set[str], names: Sequence[Name], common: Container[str], words: Language) -> None:
        """``common`` are words that the texts also write in lower case."""
        self.documents = documents
        self.words = words
        self.names = by_text(names)
        self.sources = sources
        self.common = common
        self.labels = {d.text(b.speaker).strip(" :").casefold() for d in documents for b in d.blocks if b.speaker}
        self.entities: dict[str, Entity] = {}
        self.owner: dict[str, str | None] = {}
        """Form -> the one entity that it names; None where there are several."""

    def merge(self) -> list[Entity]:
        """All entities, in order of first appearance."""
        states = self._states()
        long = [t for t in self.names if " " in t and t not in self.owner]
        singles = [t for t in self.names if " " not in t and t not in self.owner]
        alone = set(singles)
        last, first = Counter(t.split()[-1] for t in long), Counter(t.split()[0] for t in long)
        for t in sorted(long, key=lambda t: -len(t.split())):
            self._add_long(t, alone, last, first, states)
        for t in singles:
            self._add_single(t)
        self._families()
        self._acronyms()
        self._members()
        return list(self.entities.values())

    # --- states --------------------------------------------------------------------------------------------------------------

    def _states(self) -> set[str]:
        """States by the table of places, then names that stand beside an adjective of their own ("Ostland", "Ostlandic")."""
        of_form: dict[str, list[str]] = defaultdict(list)
        for state, forms in self.words.places.items():
            for form in (state, *forms):
                of_form[form].append(state)
        present = {s for s in self.words.places if s in self.names}
        for form, states in of_form.items():
            if form in self.names and not any(s in present for s in states) and form != states[0] and self._governs(form):
                present.add(states[0])
        found: set[str] = set()
        for state in sorted(present):
            if any(state in self.words.places.get(s, ()) for s in found):
                continue  # Britain and the United Kingdom
            found.add(state)
            self._state(state, [f for f in (state, *self.words.places[state]) if f in self.names])
        for text in list(self.names):
            if text in self.owner or len(text) < 4 or " " in text:
                continue
            adjectives = [a for a in _adjectives(text, self.words) if a in self.names and a not in self.owner]
            if adjectives:
                found.add(text)
                self._state(text, [text, *adjectives])
        return found

    def _governs(self, form: str) -> bool:
        """A capital or an adjective stands for a state where somebody speaks under it, or it is short for the state itself."""
        return form in self.sources or (form.isupper() or "." in form)

    def _state(self, state: str, forms: Iterable[str]) -> None:
        entity = self.entities.setdefault(state, Entity(state, "country"))
        for form in forms:
            if form in self.owner:
                continue
            entity.names += self.names[form]
            self.owner[form] = state
            if form != state:
                entity.aliases[form] = None

    # --- people and organisations ----------------------------------------------------------------------------------------------

    def _add_long(self, text: str, alone: set[str], last: Counter[str], first: Counter[str], states: set[str]) -> None:
        parts = text.split()
        names = self.names[text]
        longer = self._longer(text)
        if longer is not None:
            self._take(longer, text)
            return
        entity = self.entities.setdefault(text, Entity(text))
        entity.names += names
        self.owner.setdefault(text, text)
        entity.kind = self._kind(text, names, alone)
        if entity.person:
            self._claim(parts[-1], text)
            if len(parts) > 2 and parts[-2].lower() in PARTICLES:
                self._claim(f"{parts[-2]} {parts[-1]}", text)
            if first[parts[0]] == 1 and parts[0] in alone and parts[0] not in states:
                self._claim(parts[0], text)
        elif parts[-1].casefold() not in self.words.head_nouns or parts[0] not in self.owner:
            place = parts[-1].casefold() in self.words.head_nouns | self.words.place_nouns
            if not place and first[parts[0]] == 1 and parts[0] not in states and parts[0].casefold() not in self.words.function_words:
                self._claim(parts[0], text)
        self._suffixes(text)

    def _claim(self, form: str, owner: str) -> None:
        """``form`` may name ``owner``; once two owners claim it, it names neither."""
        if form in self.owner:
            if self.owner[form] != owner and form not in self.entities:
                self.owner[form] = None
            return
        self.owner[form] = owner

    def _suffixes(self, text: str) -> None:
        """ "Harbour Authority" may stand for "Port Aldren Harbour Authority"."""
        parts = text.split()
        if self.entities[text].person or parts[-1].casefold() not in self.words.head_nouns:
            return
        for k in range(1, len(parts) - 1):
            if parts[k].lower() not in self.words.name_joiners:
                self._claim(" ".join(parts[k:]), text)

    def _longer(self, text: str) -> str | None:
        owner = self.owner.get(text)
        return owner if owner is not None and owner != text else None

    def _take(self, owner: str, form: str) -> None:
        entity = self.entities[owner]
        entity.names += self.names[form]
        if form != owner:
            entity.aliases[form] = None

    def _add_single(self, text: str) -> None:
        owner = self.owner.get(text, text)
        if owner is not None and owner in self.entities:
            self._take(owner, text)
            return
        if owner is None:
            return  # two bear the name
        names = self.names[text]
        if all(n.initial for n in names) and not self._sure(text, names):
            return
        entity = self.entities.setdefault(text, Entity(text))
        entity.names += names
        entity.kind = self._kind(text, names, set())
        self.owner[text] = text

    def _sure(self, text: str, names: Sequence[Name]) -> bool:
        """A word that only ever opens sentences is a name where it comes again, or is the whole of a source and no plural."""
        plural = text.endswith(("s", *PEOPLE)) or len(text) < 3
        return len(names) > 1 or (text in self.sources and not plural and text.casefold() not in self.words.place_prepositions)

    def _kind(self, text: str, names: Sequence[Name], alone: set[str]) -> str:
        parts = text.split()
        head = re.split(r" (?:of|for) ", text)[0].split()[-1].casefold()
        people = self.words.kind_nouns.get("person", frozenset()) | self.words.titles
        if head in self.words.head_nouns or parts[-1].casefold() in self.words.head_nouns:
            return head if head in self.words.head_nouns else parts[-1].casefold()
        if "&" in parts or any(p in self.words.name_joiners for p in parts):
            return "organisation"
        if parts[-1].casefold() in self.words.place_nouns:
            return ""
        if any(t in people for n in names for t in n.title.split()) or any(self._beside(n, people) for n in names):
            return "person"
        if len(parts) <= 4 and {parts[-1].casefold(), text.casefold()} & self.labels:
            return "person"  # who has a turn in an interview
        if len(parts) == 1:
            return ""
        if parts[-1] in alone and parts[0] not in alone:
            return "person"
        if parts[0] in alone and parts[-1] not in alone:
            return "company" if self._called(names, self.words.kind_nouns["company"]) else ""
        the = sum(n.the for n in names)
        if not the and 2 <= len(parts) <= 4 and text in self.sources and not self._ordinary(parts[-1].casefold()):
            return "person"
        return ""

    def _ordinary(self, word: str) -> bool:
        """Whether a word at the end of a name is none that a human being is called by ("Orsk Mining")."""
        return word in self.words.head_nouns | self.words.place_nouns | self.words.function_words or word in self.common or word.endswith("ing")

    def _beside(self, n: Name, nouns: frozenset[str]) -> bool:
        """A role right before the name ("harbour master Tomas Eklin"), an age or "who" behind it, or a role in apposition."""
        text = self.documents[n.document].article.text
        roles = nouns | self.words.role_nouns - self.words.head_nouns
        before = re.findall(r"[\w-]+(?=[ \t]+$)", text[max(0, n.start - 40) : n.start])
        if before and before[0].casefold() in roles:
            return True
        behind = text[n.end : n.end + 90]
        if re.match(r",\s+(?:who\b|\d\d,)", behind):
            return True
        after = re.match(r",\s+(?:the|a|an|its|their|his|her)?\s*((?:[\w’'-]+\s*){1,5})", behind)
        return after is not None and any(w.casefold() in roles for w in re.findall(r"[\w-]+", after.group(1)))

    def _called(self, names: Sequence[Name], nouns: frozenset[str]) -> bool:
        pattern = re.compile(rf"\bthe (?:{'|'.join(sorted(nouns))})\b")
        return any(pattern.search(self.documents[k].article.text) for k in {n.document for n in names})

    # --- initials and members ----------------------------------------------------------------------------------------------

    def _families(self) -> None:
        """ "the Liangs", "the Liang family"."""
        known = {p for t in self.names for p in t.split()}
        people = {p for e in self.entities.values() if e.person for p in e.name.split()}
        for k, document in enumerate(self.documents):
            for m in FAMILY.finditer(document.article.text):
                surname = m.group(1) or m.group(2)
                if surname not in (known if m.group(1) else people):
                    continue
                entity = self.entities.setdefault(f"{surname} family", Entity(f"{surname} family", "family"))
                entity.names.append(Name(k, m.start(), m.end(), m.group(), the=True))
                entity.aliases["the " + m.group().split(maxsplit=1)[1]] = None

    def _acronyms(self) -> None:
        by_initials: dict[str, list[str]] = defaultdict(list)
        for name, e in self.entities.items():
            if " " in name and not e.person:
                for initials in {"".join(w[0] for w in name.split() if w[0].isupper()), "".join(w[0].upper() for w in name.split())}:
                    by_initials[initials].append(name)
        for short in [t for t in self.entities if " " not in t and len(t) >= 2 and t.replace(".", "").isupper()]:
            owners = by_initials.get(short.replace(".", ""), [])
            if len(owners) == 1 and owners[0] != short:
                self.entities[owners[0]].names += self.entities.pop(short).names
                self.entities[owners[0]].aliases[short] = None
                self.owner[short] = owners[0]

    def _members(self) -> None:
        affiliations = Affiliations(self.documents, self.entities, self.sources, self.words)
        found = affiliations.find()
        people = self.words.kind_nouns.get("person", frozenset())
        for e in self.entities.values():
            if e.person and e.name not in found:
                roles = Counter(r.split()[-1] for n in e.names if (r := affiliations.role_of(n)))
                e.role = next((r for r, _ in roles.most_common() if r in people), "")
        for person, (owner, role) in found.items():
            entity = self.entities.pop(person)
            self.entities[owner].names += entity.names
            self.entities[owner].members[f"{person}, {role}" if role else person] = None


def _adjectives(name: str, words: Language) -> list[str]:
    stems = {name, name.rstrip("aeiouy"), name.rstrip("s")} - {""}
    return sorted({stem + e for stem in stems for e in words.demonym_endings} - {name})


def _source_names(names: Sequence[Name], attributions: Sequence[Sequence[Attribution]]) -> set[str]:
    """Names that stand inside a source."""
    spans: dict[int, list[Span]] = {k: sorted(a.source for a in found if a.source) for k, found in enumerate(attributions)}
    out: set[str] = set()
    at: dict[int, int] = defaultdict(int)
    for n in names:  # in text order, document by document
        mine = spans.get(n.document, [])
        while at[n.document] < len(mine) and mine[at[n.document]].end <= n.start:
            at[n.document] += 1
        if any(s.overlaps(n.span) for s in mine[at[n.document] : at[n.document] + 3]):
            out.add(n.text)
    return out


def _candidates(entities: Sequence[Entity], sources: set[str], settings: ActorDiscoverySettings) -> list[Entity]:
    """Those worth counting, the likeliest first. A bounded number, so that the registry's pattern stays bounded."""

    def rank(e: Entity) -> tuple[int, int, str]:
        return -sum(n.text in sources for n in e.names), -len(e.names), e.name

    return sorted(entities, key=rank)[: 2 * settings.max_actors]


def _actors(entities: Sequence[Entity]) -> list[Actor]:
    """Entities as actors: ids from names, and every form with the first that claims it."""
    taken: set[str] = {ARTICLE_VOICE}
    forms: set[str] = set()
    out = []
    for e in entities:
        if e.name.casefold() in forms:
            continue
        forms.add(e.name.casefold())
        aliases: list[str] = []
        title = Counter(n.title for n in e.names if n.title).most_common(1)
        name = e.name
        if e.person and " " not in name and title:  # "Sheriff Baird", of whom no first name is known
            name = f"{title[0][0].title()} {name}"
            aliases.append(e.name)
            forms.add(name.casefold())
        for a in e.aliases:
            if a.casefold() not in forms:
                forms.add(a.casefold())
                aliases.append(a)
        out.append(Actor(_id(name, taken), name, e.role or e.kind, tuple(aliases), tuple(e.members)))
    return out


def _id(name: str, taken: set[str]) -> str:
    base = "_".join(re.findall(r"\w+", name.casefold()))[:40].strip("_") or "actor"
    candidate, n = base, 1
    while candidate in taken:
        n += 1
        candidate = f"{base}_{n}"
    taken.add(candidate)
    return candidate
