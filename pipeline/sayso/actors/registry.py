"""The registry of actors: every form of every name, and where they are mentioned in a text.

Forms that a config does not list are derived where that is safe: a surname after a full name, initials of a long name,
the capital of a state, "the ministry" for the only ministry. A derived form that two actors would share belongs to
neither; a listed one is refused when the registry is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sayso.errors import ConfigError
from sayso.languages import Language, load_language
from sayso.types import ARTICLE_VOICE, Actor, Span


class Form(IntEnum):
    """How a mention names its actor, the surest first."""

    NAME = 0
    ALIAS = 1
    MEMBER = 2
    SURNAME = 3
    INITIALS = 4
    PLACE = 5
    DESCRIPTION = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A form of an actor's name at [start, end) of a text. ``person`` is true where the form names one human being."""

    start: int
    end: int
    actor: str
    form: Form
    person: bool

    @property
    def span(self) -> Span:
        """The mention's characters."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Entry:
    actor: str
    form: Form
    person: bool
    any_case: bool


NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?")
MONTHS = frozenset(("April", "August", "June", "March", "May"))
BEFORE_MONTH = re.compile(r"(?:\d|\b(?:in|on|since|until|by|of|last|next))\s+$")
PARTICLES = frozenset(("al", "ben", "bin", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le", "van", "von", "y"))


class ActorRegistry:
    """All actors of a run, and the forms by which texts name them.

    Raises ConfigError listing every fault: the reserved id, an id used twice, an empty name, and a listed name or alias
    that two actors share.
    """

    def __init__(self, actors: Sequence[Actor], language: str = "en") -> None:
        self.actors = tuple(actors)
        self.by_id = {a.id: a for a in self.actors}
        self.words = load_language(language)
        self._check()
        self._entries: dict[str, _Entry] = {}
        listed = {f.strip().casefold() for a in self.actors for f in (a.name, *a.aliases)}
        derived: dict[str, list[_Entry]] = {}
        for actor in self.actors:
            for text, entry in _listed_forms(actor, self.words):
                self._entries.setdefault(text, entry)
        for actor in self.actors:
            for text, entry in _derived_forms(actor, self.words):
                if text.casefold() not in listed:
                    derived.setdefault(text, []).append(entry)
        for text, entries in derived.items():
            if len({e.actor for e in entries}) == 1 and text not in self._entries:
                self._entries[text] = min(entries, key=lambda e: e.form)
        exact = [t for t, e in self._entries.items() if not e.any_case]
        loose = [t for t, e in self._entries.items() if e.any_case]
        self._exact = _pattern(exact, 0)
        self._loose = _pattern(loose, re.IGNORECASE)
        self._capitals = _pattern([t.upper() for t in exact if len(t) > 3], 0)
        self._upper = {_key(t.upper()): e for t, e in self._entries.items() if not e.any_case}
        self._folded = {_key(t).casefold(): e for t, e in self._entries.items() if e.any_case}
        self._keyed = {_key(t): e for t, e in self._entries.items() if not e.any_case}

    def _check(self) -> None:
        faults = []
        ids: set[str] = set()
        owner: dict[str, str] = {}
        for a in self.actors:
            if a.id == ARTICLE_VOICE:
                faults.append(f"actor id {ARTICLE_VOICE!r} is reserved for the article's own voice; choose another id")
            if a.id in ids:
                faults.append(f"actor id {a.id!r} is used twice; ids must differ")
            ids.add(a.id)
            if not a.name.strip():
                faults.append(f"actor {a.id!r} has an empty name; give the name that texts use")
            for form in sorted({x.strip().casefold() for x in (a.name, *a.aliases)} - {""}):
                if owner.setdefault(form, a.id) != a.id:
                    faults.append(f"{form!r} names both {owner[form]!r} and {a.id!r}; an alias must belong to one actor")
        if faults:
            raise ConfigError("actors", faults)

    def mentions(self, text: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """Return the mentions in ``text[start:end]`` in text order; where forms overlap the longest wins."""
        end = len(text) if end is None else end
        found: dict[int, Mention] = {}
        for pattern, table, fold in (
            (self._exact, self._keyed, False),
            (self._loose, self._folded, True),
            (self._capitals, self._upper, False),
        ):
            if pattern is None:
                continue
            for m in pattern.finditer(text, start, end):
                key = _key(m.group())
                entry = table.get(key.casefold() if fold else key)
                if entry is None or _is_month(text, m):
                    continue
                old = found.get(m.start())
                if old is None or old.end < m.end():
                    found[m.start()] = Mention(m.start(), m.end(), entry.actor, entry.form, entry.person)
        out: list[Mention] = []
        for m2 in sorted(found.values(), key=lambda x: (x.start, -x.end)):
            if not out or m2.start >= out[-1].end:
                out.append(m2)
        return out

    def person(self, actor_id: str) -> bool:
        """Whether an actor's kind says that it is one human being."""
        return actor_id in self.by_id and _is_person(self.by_id[actor_id], self.words)

    def name(self, actor_id: str) -> str:
        """The display name of an actor id."""
        return self.by_id[actor_id].name if actor_id in self.by_id else actor_id


def _key(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def _pattern(forms: Sequence[str], flags: int) -> re.Pattern[str] | None:
    if not forms:
        return None
    parts = [re.sub(r"(?:\\ )+", r"\\s+", re.escape(_key(f))).replace("'", "['’]") for f in sorted(forms, key=len, reverse=True)]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)", flags)


def _is_month(text: str, m: re.Match[str]) -> bool:
    """A name that is also a month is no mention in a date: "May 4", "in May"."""
    if m.group() not in MONTHS:
        return False
    return bool(re.match(r"\s+\d", text[m.end() : m.end() + 4]) or BEFORE_MONTH.search(text[max(0, m.start() - 7) : m.start()]))


def _is_person(actor: Actor, words: Language) -> bool:
    head = re.split(r" (?:of|for|at|in) ", actor.kind.lower())[0].split()
    return bool(head) and (head[-1] == "person" or head[-1] in words.kind_nouns["person"])


def _looks_like_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(w[:1].isupper() or w.lower() in PARTICLES for w in words) and words[0].lower() != "the"


def _is_persons_alias(alias: str, actor: Actor, words: Language) -> bool:
    """True where an alias of a group or state names one of its people, not the group by fewer words, nor its seat."""
    parts = {w.lower() for w in alias.split()}
    if not _looks_like_person(alias) or parts & {w.lower() for w in actor.name.split()}:
        return False
    return not parts & (words.head_nouns | words.place_nouns) and all(alias not in forms for forms in words.places.values())


def _listed_forms(actor: Actor, words: Language) -> Iterator[tuple[str, _Entry]]:
    person = _is_person(actor, words)
    yield actor.name.strip(), _Entry(actor.id, Form.NAME, person, any_case=False)
    for alias in filter(None, map(str.strip, actor.aliases)):
        # "the union" is a description that may open a sentence; "US" must never match "us"
        loose = not any(w[:1].isupper() for w in alias.split()) or alias[:4] in ("the ", "The ")
        yield alias, _Entry(actor.id, Form.ALIAS, person or _is_persons_alias(alias, actor, words), any_case=loose)
    for member in actor.members:
        name = member.split(",")[0].strip()
        if name:
            yield name, _Entry(actor.id, Form.MEMBER, _looks_like_person(name), any_case=name[:1].islower())


def _derived_forms(actor: Actor, words: Language) -> Iterator[tuple[str, _Entry]]:
    person = _is_person(actor, words)
    names = [actor.name, *actor.aliases] if person else [a for a in actor.aliases if _is_persons_alias(a, actor, words)]
    names += [m.split(",")[0].strip() for m in actor.members]
    for name in names:
        parts = NAME_WORD.findall(name)
        if len(parts) >= 2 and parts[-1][:1].isupper() and len(parts[-1]) > 2:
            yield parts[-1], _Entry(actor.id, Form.SURNAME, True, any_case=False)
            if parts[-2].lower() in PARTICLES:
                yield f"{parts[-2]} {parts[-1]}", _Entry(actor.id, Form.SURNAME, True, any_case=False)
    bare = re.sub(r"^(?:the|The)\s+", "", actor.name)
    if bare != actor.name:
        yield bare, _Entry(actor.id, Form.ALIAS, person, any_case=False)
    if not person:
        initials = "".join(w[0] for w in bare.split() if w[:1].isupper())
        if len(initials) >= 3:
            yield initials, _Entry(actor.id, Form.INITIALS, False, any_case=False)
        for form in words.places.get(bare, ()):
            yield form, _Entry(actor.id, Form.PLACE, False, any_case=False)
        nouns = {w for w in _heads(bare) if w in words.head_nouns}
        nouns |= {n for k, group in words.kind_nouns.items() if _kind_fits(k, actor.kind) for n in group}
        nouns |= {w for w in actor.kind.lower().split()[-1:] if w.isalpha()}
        for noun in nouns:
            yield f"the {noun}", _Entry(actor.id, Form.DESCRIPTION, False, any_case=True)
    else:
        for noun in words.kind_nouns.get("person", frozenset()):
            if any(noun in m.lower().split() for m in (actor.kind, *actor.members)):
                yield f"the {noun}", _Entry(actor.id, Form.DESCRIPTION, True, any_case=True)
    for member in actor.members:  # "Rafiq Odunlade, culture minister" -> "the culture minister", "the minister"
        role = member.partition(",")[2].strip().lower()
        if role and len(role.split()) <= 4:
            yield f"the {role}", _Entry(actor.id, Form.DESCRIPTION, True, any_case=True)
            yield f"the {role.split()[-1]}", _Entry(actor.id, Form.DESCRIPTION, True, any_case=True)


def _heads(name: str) -> set[str]:
    """The noun that a name of several words turns on: "Rail Agency", "Ministry of Rail", "Ministry of Rail of Ostland"."""
    parts = re.split(r" (?:of|for|at|in|on) ", name)[0].lower().split()
    return {parts[-1]} if parts and len(name.split()) > 1 else set()


def _kind_fits(kind: str, actual: str) -> bool:
    return kind == actual.lower() or kind in actual.lower().split()
