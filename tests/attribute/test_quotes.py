"""Open quotes: which sentences lie wholly inside quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.attribute.quotes import open_quotes
from sayso.segment import segment
from sayso.types import Article, BlockKind, Sentence


def inside(*sentences: str, blocks: list[int] | None = None) -> list[bool]:
    """The answer for sentences that stand in one text, one space apart, in one block unless told."""
    text, spans = "", []
    for i, s in enumerate(sentences):
        spans.append(Sentence(len(text), len(text) + len(s), blocks[i] if blocks else 0, BlockKind.PARAGRAPH))
        text += s + " "
    return [x.quoted for x in open_quotes(text, spans)]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param(["It was shut."], [False], id="no quote"),
        pytest.param(["“It was shut.”"], [True], id="all of it"),
        pytest.param(["“It was shut,” she said."], [False], id="with its speaker"),
        pytest.param(
            ["“It was shut.", "It never opened.", "Nobody came,” she said.", "He left."], [True, True, False, False], id="over three sentences"
        ),
        pytest.param(
            ["She said: “It was shut.", "It never opened.", "Never.”", "He left."], [False, True, True, False], id="opened behind a speaker"
        ),
        pytest.param(['"It was shut.', 'It never opened," she said.', '"Never."', "He left."], [True, False, True, False], id="straight marks"),
        pytest.param(["«It was shut.", "It never opened.»", "He left."], [True, True, False], id="angle marks"),
        pytest.param(["‘It was shut.", "It wasn’t open.’", "He left."], [True, True, False], id="single marks around an apostrophe"),
        pytest.param(["It wasn’t the owners’ gate.", "He left."], [False, False], id="apostrophes"),
        pytest.param(["“He said ‘never’ to me.", "That was it.”", "He left."], [True, True, False], id="a quote in a quote"),
        pytest.param(["The “gate” was shut."], [False], id="scare quotes"),
        pytest.param(["The ‘gate’ was shut.", "He left."], [False, False], id="single scare quotes"),
        pytest.param(
            ["‘The Owners’ Union didn’t shut it.", "They knew,’ she said.", "He left."], [True, False, False], id="a plural in single marks"
        ),
        pytest.param(["„It was shut.", "Never.“", "He left."], [True, True, False], id="low marks"),
        pytest.param(['A 12" pipe burst.', "He left."], [False, False], id="inches"),
        pytest.param(["“It was shut.", "“It never opened.”", "He left."], [True, True, False], id="opened twice"),
        pytest.param(["“…”"], [False], id="no words"),
        pytest.param(["It was shut.”", "He left."], [False, False], id="closed but never opened"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_open_quotes(sentences: list[str], expected: list[bool]) -> None:
    assert inside(*sentences) == expected


def test_a_new_block_closes_a_forgotten_quote() -> None:
    assert inside("“It was shut.", "It never opened.", "He left.", blocks=[0, 0, 1]) == [True, True, False]
    assert inside('"It was shut.', "He left.", blocks=[0, 1]) == [True, False]


def test_a_long_quote_opens_every_paragraph_again() -> None:
    assert inside("“It was shut.", "“It never opened.", "“Never.”", "He left.", blocks=[0, 1, 2, 3]) == [True, True, True, False]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("“”‘’«»„\"' .\nab")), max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_for_each_sentence(text: str) -> None:
    document = segment(Article("a", text))
    answers = open_quotes(text, document.sentences)
    assert len(answers) == len(document.sentences)
    if not set(text) & set('“‘«„「"'):
        assert not any(x.quoted for x in answers)


def test_a_statement_printed_whole_goes_on_over_paragraphs() -> None:
    document = segment(Article("a", 'Pell sent this:\n\n"We at Pell are sorry.\n\nThe gate was shut. It held.\n\nNobody was hurt."\n\nHe left.'))
    answers = {document.text(s): x for s, x in zip(document.sentences, open_quotes(document.article.text, document.sentences), strict=True)}
    assert [t for t, x in answers.items() if x.quoted] == ['"We at Pell are sorry.', "The gate was shut.", "It held.", 'Nobody was hurt."']
    assert [t for t, x in answers.items() if x.carried] == ["The gate was shut.", "It held.", 'Nobody was hurt."']


def test_a_quote_that_is_never_closed_or_after_which_another_opens_does_not_go_on() -> None:
    for later in ("The gate was shut. It held.", 'The gate was shut. "No," he said.', 'The "gate" was shut.'):
        document = segment(Article("a", f'Pell sent this:\n\n"We at Pell are sorry.\n\n{later}'))
        assert not any(x.carried for x in open_quotes(document.article.text, document.sentences)), later
