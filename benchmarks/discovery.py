"""Does discovery take time in proportion to the text? Prints seconds for corpora of doubling size.

Run: python benchmarks/discovery.py [N ...]   (numbers of articles; default 25 50 100 200)
"""

from __future__ import annotations

import random
import sys
import time

from sayso.actors import ActorRegistry
from sayso.actors.discovery import discover_actors
from sayso.attribute.model import AttributionModel
from sayso.claims.discovery import discover_claims
from sayso.encoders.manifest import find_model
from sayso.segment import segment
from sayso.stance.scorer import load_scorer
from sayso.types import Article

FIRST = ["Ana", "Ben", "Cleo", "Dov", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lea", "Moe", "Nia", "Oto", "Pia", "Rui", "Sol", "Tia", "Uma"]
LAST = [
    "Arden",
    "Birk",
    "Colt",
    "Dane",
    "Eskel",
    "Fenn",
    "Garth",
    "Holm",
    "Ister",
    "Jarl",
    "Keld",
    "Lorn",
    "Munk",
    "Nord",
    "Orre",
    "Pell",
    "Quist",
    "Rask",
    "Stam",
    "Tarn",
]
THINGS = ["gate", "wall", "pump", "tower", "bridge", "tunnel", "crane", "ferry", "mill", "quarry", "depot", "canal"]
STATES = ("cracked", "closed", "flooded", "repaired", "inspected", "sold", "insured", "overloaded")


def article(k: int) -> Article:
    rng = random.Random(k)
    people = [f"{rng.choice(FIRST)} {rng.choice(LAST)}{rng.choice(('', 'son', 'berg'))}" for _ in range(6)]
    out = []
    for n in range(12):
        thing, state, when = rng.choice(THINGS), rng.choice(STATES), rng.choice(("Monday", "Tuesday", "Friday"))
        a, b = rng.sample(people, 2)
        out.append(
            f"{a} said the north {thing} {n + k % 7} was {state} on {when}. {b} denied that the north {thing} {n + k % 7} was {state} on {when}."
        )
    return Article(f"a{k}", "\n\n".join(out))


def main() -> None:
    attribution, scorer = AttributionModel.load(find_model("sayso-attribution")), load_scorer("sayso-small")
    print("articles  sentences  read      actors    claims    (CPU seconds; claims without reading)")
    for n in [int(x) for x in sys.argv[1:]] or [25, 50, 100, 200]:
        t0 = time.process_time()
        documents = [segment(article(k)) for k in range(n)]
        readings = [attribution.read(d) for d in documents]
        t1 = time.process_time()
        actors = discover_actors(documents, [r.attributions for r in readings])
        t2 = time.process_time()
        discover_claims(documents, readings, ActorRegistry([f.actor for f in actors]), attribution, scorer)
        t3 = time.process_time()
        print(f"{n:8}  {sum(len(d.sentences) for d in documents):9}  {t1 - t0:8.2f}  {t2 - t1:8.2f}  {t3 - t2:8.2f}", flush=True)


if __name__ == "__main__":
    main()
