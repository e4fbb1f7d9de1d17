"""Text that tries to become something else, and a report made of nothing but that."""

from __future__ import annotations

from dataclasses import replace

import factories
from sayso.report import PositionReport
from sayso.types import Actor, Article, Attribution, Claim, Label, Provenance, Shift, Skipped, Span

TEXTS = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "${7*7}",
    '=HYPERLINK("https://evil.example")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\u202egnol\u202c",
    "\u2066a\u2069",
    "a\0b",
    "\x1b[31mred\x1b[0m",
    "\x9b31m",
    "half \ud800 pair",
    "|a|b|\n| --- |\n# heading",
    "[bold red]markup[/]",
    "x" * 1_000_000,
    "",
    " ",
)


def report(text: str) -> PositionReport:
    """A report in which every foreign string is ``text``, and all ids differ by a suffix only."""
    actor = Actor(text + "a", text, text, (text,), (text,))
    claims = (Claim(text + "c", text), Claim(text + "d", text, negation_of=text + "c"))
    body = f"{text} before. {text} sentence. {text} after.\n"
    article = Article(text + "t", body, title=text, outlet=text, url=text)
    said = factories.statement(article, f"{text} sentence.", actor.id, chain=(text, actor.id))
    length = len(text)
    said = replace(said, attributions=(Attribution(Span(length + 9, 2 * length + 9), Span(0, length), None),))
    judged = factories.judgement(article, said, claims[0].id, Label.ASSERTS)
    opposite = factories.judgement(article, said, claims[1].id, Label.DENIES)
    other = factories.statement(article, f"{text} after.", actor.id)
    copy = factories.judgement(article, other, claims[0].id, Label.ASSERTS, of=said.id)
    made = text[:50_000]  # YAML is written at a megabyte a second
    shift = Shift(Label.DENIES, Label.ASSERTS, said.id, other.id)
    position = factories.position(actor.id, claims[0].id, Label.ASSERTS, [judged, opposite, copy], shifts=[shift])
    return PositionReport(
        positions=(position,),
        judgements=(judged, opposite, copy),
        articles=(article,),
        actors=(actor, Actor(text + "silent", text)),
        claims=claims,
        skipped=(Skipped(text, text, text, 0, 1),),
        provenance=Provenance({made: [made]}, {made: made}, {made: made}, {made: 1}, {made: 0.5}),
    )
