"""The language seam: everything bound to one language is data in a folder here, read once.

A second language needs a folder with the same files, and nothing elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from sayso.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Language:
    """Word lists and patterns of one language. All words are lower case."""

    code: str
    boilerplate: re.Pattern[str]
    """Lines that are never part of the story."""
    tail: re.Pattern[str]
    """Lines that open the tail of a page; what follows is boilerplate unless prose comes again."""
    caption: re.Pattern[str]
    question_label: re.Pattern[str]
    answer_label: re.Pattern[str]
    first_person: frozenset[str]
    i: frozenset[str]
    we: frozenset[str]
    """Subjects by which a speaker means itself, a person or a group."""
    our: frozenset[str]
    its: str
    """What becomes of "our" when somebody else tells it."""
    third_person: dict[str, str]
    """Verb forms behind "I" and "we" as they stand behind a name."""
    singular_pronouns: frozenset[str]
    """Pronouns that stand for one person."""
    gendered: tuple[frozenset[str], ...]
    """Pronouns and titles that stand for people of one gender."""
    plural_pronouns: frozenset[str]
    """Pronouns that stand for a group, an organisation or several actors."""
    thing_pronouns: frozenset[str]
    """Pronouns that stand for an organisation or a state."""
    relative_pronouns: frozenset[str]
    all_of: frozenset[str]
    """Phrases that stand for every actor in question ("both sides")."""
    kind_nouns: dict[str, frozenset[str]]
    """Descriptions ("the company") by the kind of actor that they fit."""
    head_nouns: frozenset[str]
    """Words that a text shortens an organisation's name to ("the council")."""
    place_nouns: frozenset[str]
    """Last words of names of places and buildings, never of a person."""
    role_nouns: frozenset[str]
    """People who speak for an organisation."""
    openers: frozenset[str]
    """Words that are no names although they often open a sentence with a capital."""
    titles: frozenset[str]
    """Words before a person's name."""
    name_joiners: frozenset[str]
    """Small words inside the names of organisations ("Ministry of Rail")."""
    place_prepositions: frozenset[str]
    calendar: frozenset[str]
    """Capitalised words that are days, months and hours."""
    demonym_endings: tuple[str, ...]
    """Endings that make a state's adjective from its name."""
    leads: tuple[str, ...]
    """Verbs that tie a person to an organisation ("who heads the agency")."""
    speaks_for: frozenset[str]
    """Roles that speak for another person."""
    papers: frozenset[str]
    """Sources that nobody is: documents, figures, rumours."""
    against_nouns: frozenset[str]
    """Heads that turn a name into somebody else ("Rowe's critics")."""
    doubting: re.Pattern[str]
    """Words that hold back from a claim."""
    denying: re.Pattern[str]
    """Words that deny what they govern."""
    verifying: re.Pattern[str]
    """Words about whether something has been checked."""
    negators: frozenset[str]
    """Words that turn a proposition into its opposite."""
    finite_verbs: frozenset[str]
    """Verb forms that make a clause, besides regular pasts."""
    places: dict[str, tuple[str, ...]]
    """Open table of metonyms and demonyms: state -> capital, seat of government, adjective."""
    function_words: frozenset[str]
    """Words that carry no topic."""


@cache
def load_language(code: str) -> Language:
    """Load a language by its code. Raises ConfigError where there is no such folder."""
    folder = resources.files(__name__)
    known = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("_"))
    if code not in known:
        raise ConfigError("language", [f"found {code!r}, expected one of {', '.join(known)}; add a folder beside them for a new one"])
    words = yaml.safe_load((folder / code / "words.yaml").read_text("utf-8"))
    places = yaml.safe_load((folder / code / "places.yaml").read_text("utf-8"))

    def pattern(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{p})" for p in words[name]), re.IGNORECASE)

    def group(name: str) -> frozenset[str]:
        return frozenset(str(w) for w in words[name])

    return Language(
        code=code,
        boilerplate=pattern("boilerplate"),
        tail=pattern("tail"),
        caption=pattern("caption"),
        question_label=pattern("question_label"),
        answer_label=pattern("answer_label"),
        first_person=group("first_person"),
        i=group("i"),
        we=group("we"),
        our=group("our"),
        its=str(words["its"]),
        third_person=dict(words["third_person"]),
        singular_pronouns=group("singular_pronouns"),
        gendered=tuple(frozenset(g) for g in words["gendered"]),
        plural_pronouns=group("plural_pronouns"),
        thing_pronouns=group("thing_pronouns"),
        relative_pronouns=group("relative_pronouns"),
        all_of=group("all_of"),
        kind_nouns={k: frozenset(v) for k, v in words["kind_nouns"].items()},
        head_nouns=group("head_nouns"),
        place_nouns=group("place_nouns"),
        role_nouns=group("role_nouns"),
        openers=group("openers"),
        titles=group("titles"),
        name_joiners=group("name_joiners"),
        place_prepositions=group("place_prepositions"),
        calendar=group("calendar"),
        demonym_endings=tuple(words["demonym_endings"]),
        leads=tuple(words["leads"]),
        speaks_for=group("speaks_for"),
        papers=group("papers"),
        against_nouns=group("against_nouns"),
        doubting=pattern("doubting"),
        denying=pattern("denying"),
        verifying=pattern("verifying"),
        negators=group("negators"),
        finite_verbs=group("finite_verbs"),
        places={k: tuple(v) for k, v in places.items()},
        function_words=group("function_words"),
    )
