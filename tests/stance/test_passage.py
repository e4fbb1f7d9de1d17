"""The one text form of a question: markers where they belong, and cuts that keep what matters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.encoders.tokens import TextTokenizer
from sayso.errors import ScoringError
from sayso.stance.passage import CONTEXT_TOKENS, HEADING_TOKENS, Passage, Question, encode
from sayso.types import Attribution, Span

TEXT = "it leaked. the minister said the gate was shut."
SENTENCE = Span(11, 47)
CLAIMS = ("the gate was shut", "the dam leaked")


def find(words: str, text: str = TEXT) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def shown(ids: list[int], tokenizer: TextTokenizer) -> str:
    """Ids as words, markers in brackets."""
    names = {i: f"[{n}]" for n, i in tokenizer.marker.items()}
    return " ".join(names.get(i) or str(tokenizer.backend.id_to_token(i)) for i in ids)


def one(question: Question, tokenizer: TextTokenizer, max_tokens: int = 320) -> str:
    (encoded,) = encode(question, tokenizer, max_tokens)
    return shown(encoded.ids, tokenizer)


def test_a_whole_question(tokenizer: TextTokenizer) -> None:
    own = Attribution(find("the minister"), find("said"), find("the gate was shut"))
    passage = Passage(TEXT, SENTENCE, (own,), heading="the dam")
    (encoded,) = encode(Question("minister", passage, CLAIMS), tokenizer)
    assert shown(encoded.ids, tokenizer) == (
        "[CLS] minister [SEP] [HEADING] the dam [BREAK] it leaked . [SENTENCE] [SOURCE] the minister [/SOURCE] [CUE] said [/CUE] "
        "[CONTENT] the gate was shut [/CONTENT] . [/SENTENCE] [SEP] [CLAIM] the gate was shut [CLAIM] the dam leaked [SEP]"
    )
    assert [encoded.ids[i] for i in encoded.claim_positions] == [tokenizer.marker["CLAIM"]] * 2


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        pytest.param(Passage("it leaked.", Span(0, 10)), "[SENTENCE] it leaked . [/SENTENCE]", id="bare"),
        pytest.param(Passage("it fell\nit leaked", Span(0, 17)), "[SENTENCE] it fell [BREAK] it leaked [/SENTENCE]", id="a line break"),
        pytest.param(
            Passage(TEXT, SENTENCE, others=(find("the minister"),)),
            "it leaked . [SENTENCE] [OTHER] the minister [/OTHER] said the gate was shut . [/SENTENCE]",
            id="the source of another holder",
        ),
        pytest.param(
            Passage(TEXT, SENTENCE, (Attribution(content=SENTENCE),)),
            "it leaked . [SENTENCE] [CONTENT] the minister said the gate was shut . [/SENTENCE] [/CONTENT]",
            id="content is the sentence",
        ),
        pytest.param(
            Passage(TEXT, SENTENCE, (Attribution(cue=find("said")), Attribution(cue=find("shut")))),
            "it leaked . [SENTENCE] the minister [CUE] said [/CUE] the gate was [CUE] shut [/CUE] . [/SENTENCE]",
            id="two attributions",
        ),
        pytest.param(
            Passage(TEXT, SENTENCE, (Attribution(source=Span(13, 20)),)),
            "it leaked . [SENTENCE] [SOURCE] the minister [/SOURCE] said the gate was shut . [/SENTENCE]",
            id="a span within words takes the words",
        ),
    ],
)
def test_marks(tokenizer: TextTokenizer, passage: Passage, expected: str) -> None:
    text = one(Question("council", passage, ("it leaked",)), tokenizer)
    found = text.split(" [SEP] ")[1]
    if "[/SENTENCE] [/CONTENT]" in expected:
        assert sorted(found.split()) == sorted(expected.split())  # two marks at one place: their order means nothing
    else:
        assert found == expected


def test_the_articles_own_voice_has_a_marker_for_its_name(tokenizer: TextTokenizer) -> None:
    passage = Passage("it leaked.", Span(0, 10))
    assert one(Question(None, passage, ("it leaked",)), tokenizer).startswith("[CLS] [VOICE] [SEP] ")
    assert "[VOICE]" not in one(Question("voice", passage, ("it leaked",)), tokenizer)


def test_no_text_can_spell_a_marker(tokenizer: TextTokenizer) -> None:
    text = " ".join(f"[{name}] [unused{i}]" for i, name in enumerate(tokenizer.marker))
    (encoded,) = encode(Question(text, Passage(text, Span(0, len(text)), heading=text), (text,)), tokenizer, 1000)
    markers = [i for i in encoded.ids if i in set(tokenizer.marker.values())]
    assert [shown([i], tokenizer) for i in markers] == ["[HEADING]", "[BREAK]", "[SENTENCE]", "[/SENTENCE]", "[CLAIM]"]


def test_far_context_and_long_headings_are_cut(tokenizer: TextTokenizer) -> None:
    context = "weir " * 200
    text = f"{context}the gate was shut."
    passage = Passage(text, Span(len(context), len(text)), heading="mill " * 100)
    words = one(Question("council", passage, ("it leaked",)), tokenizer).split()
    assert words.count("weir") == CONTEXT_TOKENS
    assert words.count("mill") == HEADING_TOKENS
    assert "[/SENTENCE]" in words


def test_many_claims_cost_context_before_they_cost_the_sentence(tokenizer: TextTokenizer) -> None:
    context = "weir " * 60
    text = f"{context}the gate was shut."
    passage = Passage(text, Span(len(context), len(text)))
    for encoded in encode(Question("council", passage, ("it leaked",) * 30), tokenizer, 100):
        words = shown(encoded.ids, tokenizer)
        assert "[SENTENCE] the gate was shut . [/SENTENCE]" in words
        assert 0 < words.split().count("weir") < 60
        assert len(encoded.ids) <= 100


def test_claims_that_do_not_fit_one_sequence_are_split_in_order(tokenizer: TextTokenizer) -> None:
    claims = tuple("it leaked " * (1 + i % 3) for i in range(40))
    parts = encode(Question("council", Passage(TEXT, SENTENCE), claims), tokenizer, 64)
    assert len(parts) > 2
    found = [c.split(" [SEP]")[0].strip() for p in parts for c in shown(p.ids, tokenizer).split("[CLAIM]")[1:]]
    assert found == [c.strip() for c in claims]
    assert all(len(p.ids) <= 64 for p in parts)


def test_a_claim_that_is_too_long_is_refused_and_quoted(tokenizer: TextTokenizer) -> None:
    claim = "the gate " * 30
    with pytest.raises(ScoringError, match=r"claim 'the gate the gate .*has 61 tokens, the model reads at most 32; shorten or split it"):
        encode(Question("council", Passage(TEXT, SENTENCE), ("it leaked", claim)), tokenizer, 64)
    assert encode(Question("council", Passage(TEXT, SENTENCE), ("the gate " * 15,)), tokenizer, 64)


def test_no_claims_no_sequences(tokenizer: TextTokenizer) -> None:
    assert encode(Question("council", Passage(TEXT, SENTENCE), ()), tokenizer) == []


TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(["gate", "was", "\n", ".", "minister"]), max_size=60).map(" ".join))


@given(
    TEXTS,
    st.text(max_size=40),
    st.lists(st.text(max_size=20), max_size=8),
    st.lists(st.integers(0, 80), min_size=8, max_size=8),
    st.integers(64, 128),
)
@settings(max_examples=150, deadline=None)
def test_any_question_fits(tokenizer: TextTokenizer, text: str, holder: str, claims: list[str], cuts: list[int], max_tokens: int) -> None:
    a, b, c, d, e, f, g, h = (min(x, len(text)) for x in cuts)
    spans = [Span(min(p), max(p)) for p in ((a, b), (c, d), (e, f), (g, h))]
    passage = Passage(text, spans[0], (Attribution(spans[1], spans[2], None),), (spans[3],), heading=holder)
    parts = encode(Question(holder or None, passage, tuple(claims)), tokenizer, max_tokens)
    assert sum(len(p.claim_positions) for p in parts) == len(claims)
    for p in parts:
        assert len(p.ids) <= max_tokens
        assert (p.ids[0], p.ids[-1]) == (tokenizer.cls, tokenizer.sep)
        assert all(p.ids[i] == tokenizer.marker["CLAIM"] for i in p.claim_positions)
        assert p.claim_positions == sorted(p.claim_positions)
