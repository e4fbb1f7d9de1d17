"""Found actors and claims as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sayso.claims.discovery import FoundClaim
from sayso.discover.files import holders
from sayso.discover.run import Discovery
from sayso.report.clean import clean, shorten

ROWS = 40  # the file has them all


def print_actors(found: Discovery, console: Console) -> None:
    """The actors with their counts, other names and members."""
    actors = found.actors or ()
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    for name in ("Actor", "Kind", "Also called", "Members"):
        table.add_column(name, overflow="fold")
    for name in ("Statements", "Mentions", "Articles"):
        table.add_column(name, justify="right")
    for f in actors[:ROWS]:
        a = f.actor
        texts = (a.name, a.kind, "; ".join(a.aliases), "; ".join(a.members))
        table.add_row(*(Text(shorten(t, 120)) for t in texts), str(f.n_statements), str(f.n_mentions), str(f.n_articles))
    console.print(table if actors else Text("No actors found."))
    _more(len(actors), console)


def print_claims(found: Discovery, console: Console) -> None:
    """The claims with who stands where."""
    claims = found.claims or ()
    table = Table(box=box.HORIZONTALS, show_lines=True, pad_edge=False)
    table.add_column("")
    for name in ("Claim", "Asserted by", "Denied by", "Left open by"):
        table.add_column(name, overflow="fold")
    for f in claims[:ROWS]:
        sides = (f.asserted_by, f.denied_by, f.doubted_by)
        cells = [Text(clean(shorten(holders(ids, found.names), 160))) for ids in sides]
        table.add_row(f.claim.id, _wording(f, claims), *cells)
    console.print(table if claims else Text("No contested claims found."))
    _more(len(claims), console)


def _wording(f: FoundClaim, claims: Sequence[FoundClaim]) -> Text:
    text = Text(shorten(f.claim.text, 240))
    if f.claim.negation_of:
        text.append(f"\nthe opposite of {f.claim.negation_of}", style="dim")
    if f.narrower_than:
        text.append(f"\nmay be a part of {f.narrower_than}", style="dim")
    return text


def _more(n: int, console: Console) -> None:
    if n > ROWS:
        console.print(Text(f"... and {n - ROWS} more in the file", style="dim"))
