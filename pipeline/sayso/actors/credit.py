"""What would each proposed actor be credited with? Counted by the same linker that a run uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sayso.actors.link import Linker
from sayso.actors.registry import ActorRegistry
from sayso.config import ActorDiscoverySettings
from sayso.languages import load_language
from sayso.types import Actor, Attribution, Segmented, Span

EXAMPLES = 2
EXAMPLE_LENGTH = 240
DESCRIPTION = re.compile(r"(?:the\s+)?((?:[^\W\d_A-Z][\w-]*\s+){0,2}[^\W\d_A-Z][\w-]*)")


@dataclass(frozen=True, slots=True)
class FoundActor:
    """A proposed actor, with what speaks for it. ``examples`` are sentences in which it is a source."""

    actor: Actor
    n_articles: int
    n_mentions: int
    n_statements: int
    examples: tuple[str, ...] = ()


def credit(
    actors: Sequence[Actor], documents: Sequence[Segmented], attributions: Sequence[Sequence[Attribution]], language: str = "en"
) -> list[FoundActor]:
    """Count mentions, and sources and interview turns that link to each actor."""
    registry = ActorRegistry(actors, language)
    mentions: Counter[str] = Counter()
    said: Counter[str] = Counter()
    where: dict[str, set[int]] = defaultdict(set)
    examples: dict[str, dict[str, None]] = defaultdict(dict)
    for k, (document, found) in enumerate(zip(documents, attributions, strict=True)):
        linker = Linker(registry, document.article.text)
        for m in linker.mentions:
            mentions[m.actor] += 1
            where[m.actor].add(k)
        spoken = [(b.span, m.actor) for b in document.blocks if b.speaker for m in linker.mentions_in(b.speaker)[:1]]
        sourced = [(s, actor) for s, source in sources(document, found) for actor in linker.resolve(source, s).actors]
        for span, actor in spoken + sourced:
            said[actor] += 1
            if len(examples[actor]) < EXAMPLES:
                examples[actor][_example(document, span)] = None
    return [FoundActor(a, len(where[a.id]), mentions[a.id], said[a.id], tuple(examples[a.id])) for a in actors]


def sources(document: Segmented, attributions: Sequence[Attribution]) -> Iterable[tuple[Span, Span]]:
    """Yield (sentence, source) for each attribution with a source, in reading order."""
    i = 0
    for anchor, source in sorted((a.cue or a.content or a.source, a.source) for a in attributions if a.source):
        while i < len(document.sentences) and document.sentences[i].end <= anchor.start:
            i += 1
        if i < len(document.sentences) and document.sentences[i].start <= anchor.start:
            yield document.sentences[i].span, source


def described(
    actors: Sequence[Actor],
    documents: Sequence[Segmented],
    attributions: Sequence[Sequence[Attribution]],
    settings: ActorDiscoverySettings,
    language: str = "en",
) -> list[Actor]:
    """Actors that texts quote without a name ("police", "the boat owners"), where no proposed actor can be meant.

    In one article one such source is enough where the word fits organisations and posts; else it must come twice.
    """
    registry = ActorRegistry(actors, language)
    words = load_language(language)
    nouns = words.head_nouns | frozenset().union(*words.kind_nouns.values())
    taken = {a.id for a in actors} | {f.casefold() for a in actors for f in (a.name, *a.aliases)}
    count: Counter[str] = Counter()
    for document, found in zip(documents, attributions, strict=True):
        linker = Linker(registry, document.article.text)
        for sentence, source in sources(document, found):
            phrase = " ".join(document.text(source).split()).strip(" ,")
            m = DESCRIPTION.fullmatch(phrase[:1].lower() + phrase[1:])
            if m is None or len(phrase) < 4 or linker.resolve(source, sentence).actors:
                continue
            first = m.group(1).split()[0]
            named = phrase.lower().startswith("the ")
            if first in words.function_words or not (named or m.group(1).split()[-1] in nouns):
                continue
            count[m.group(1)] += 1
    out = []
    for phrase, n in count.most_common(settings.max_actors):
        noun = phrase.split()[-1]
        fits = (noun in nouns or noun.removesuffix("s") in nouns) and noun not in words.kind_nouns["person"]
        if registry.mentions(f"the {noun}"):
            continue  # "Bureau" where an actor is "the bureau"
        if noun in words.papers or n < (1 if fits and len(documents) == 1 else 2) or phrase in taken or f"the {phrase}" in taken:
            continue
        id_ = "_".join(re.findall(r"\w+", phrase))
        if id_ not in taken:
            taken |= {id_, f"the {phrase}", phrase}
            out.append(Actor(id_, phrase[:1].upper() + phrase[1:], noun if noun in words.head_nouns else "", (f"the {phrase}",)))
    return out


def _example(document: Segmented, sentence: Span) -> str:
    text = " ".join(document.article.text[sentence.start : sentence.end].split())
    return text if len(text) <= EXAMPLE_LENGTH else text[: EXAMPLE_LENGTH - 1].rstrip() + "…"
