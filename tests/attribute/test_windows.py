"""Windows: every token of every sentence is in exactly one core, and no window is too long."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.attribute.windows import Window, windows
from sayso.encoders.tokens import TextTokenizer

SENTENCE = "the gate was shut on monday."


def laid_out(sentences: list[str], between: str = " ") -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", []
    for s in sentences:
        spans.append((len(text), len(text) + len(s)))
        text += s + between
    return text, spans


def core(w: Window) -> list[tuple[int, int]]:
    """Character spans of the tokens that belong to a window, markers left out."""
    return [(a, b) for a, b in list(zip(w.starts, w.ends, strict=True))[w.core_start : w.core_end] if a >= 0]


def check(text: str, spans: list[tuple[int, int]], tokenizer: TextTokenizer, max_tokens: int, overlap: int) -> list[Window]:
    found = windows(text, spans, tokenizer, max_tokens, overlap)
    for w in found:
        assert len(w.ids) == len(w.starts) == len(w.ends) <= max_tokens
        assert (w.ids[0], w.ids[-1], w.starts[0], w.starts[-1]) == (tokenizer.cls, tokenizer.sep, -1, -1)
        assert 1 <= w.core_start < w.core_end <= len(w.ids) - 1
    wanted = []
    for start, end in spans:
        t = tokenizer.encode(text[start:end])
        wanted += [(a + start, b + start) for a, b in zip(t.starts, t.ends, strict=True)]
    assert [span for w in found for span in core(w)] == wanted
    return found


def test_a_short_text_is_one_window(tokenizer: TextTokenizer) -> None:
    text, spans = laid_out([SENTENCE, "it leaked."])
    (w,) = check(text, spans, tokenizer, 64, 16)
    assert "".join(text[a:b] for a, b in core(w)) == (SENTENCE + "it leaked.").replace(" ", "")
    assert tokenizer.marker["BREAK"] not in w.ids


def test_a_paragraph_break_is_one_marker(tokenizer: TextTokenizer) -> None:
    text, spans = laid_out([SENTENCE, "it leaked.", "it fell."], between="\n\n")
    (w,) = check(text, spans, tokenizer, 64, 16)
    assert w.ids.count(tokenizer.marker["BREAK"]) == 2
    assert all(w.starts[i] == w.ends[i] == -1 for i, t in enumerate(w.ids) if t == tokenizer.marker["BREAK"])


def test_windows_overlap_and_share_the_overlap_fairly(tokenizer: TextTokenizer) -> None:
    text, spans = laid_out([SENTENCE] * 30)
    found = check(text, spans, tokenizer, 40, 16)
    assert len(found) > 3
    for left, right in pairwise(found):
        shared = [s for s in left.starts if s >= 0 and s in right.starts]
        assert 0 < len(shared) <= 16
        assert left.core_end < len(left.ids) - 1  # the end of the shared part is the neighbour's,
        assert right.core_start > 1  # and its beginning is not


def test_windows_begin_with_a_sentence(tokenizer: TextTokenizer) -> None:
    text, spans = laid_out([SENTENCE] * 30)
    begins = {a for a, _ in spans}
    assert all(w.starts[1] in begins for w in check(text, spans, tokenizer, 40, 16))


def test_a_sentence_longer_than_a_window_is_cut(tokenizer: TextTokenizer) -> None:
    text, spans = laid_out(["gate " * 150 + ".", SENTENCE])
    assert len(check(text, spans, tokenizer, 40, 16)) > 4


@pytest.mark.parametrize(("sentences", "n"), [([], 0), ([""], 0), (["  "], 0), (["", SENTENCE, ""], 1)])
def test_sentences_without_tokens(tokenizer: TextTokenizer, sentences: list[str], n: int) -> None:
    text, spans = laid_out(sentences)
    assert len(check(text, spans, tokenizer, 40, 16)) == n


@given(
    st.lists(st.one_of(st.text(max_size=40), st.sampled_from([SENTENCE, "gate " * 30])), max_size=12),
    st.sampled_from([" ", "\n", "\n\n", ""]),
    st.integers(12, 50),
    st.integers(0, 8),
)
@settings(max_examples=150, deadline=None)
def test_every_token_is_in_one_core(tokenizer: TextTokenizer, sentences: list[str], between: str, max_tokens: int, overlap: int) -> None:
    text, spans = laid_out(sentences, between)
    check(text, spans, tokenizer, max_tokens, overlap)


def test_time_is_linear_in_size(tokenizer: TextTokenizer) -> None:
    def seconds(n: int) -> float:
        text, spans = laid_out([SENTENCE] * n)
        took = []
        for _ in range(3):
            start = time.process_time()
            windows(text, spans, tokenizer, 40, 16)
            took.append(time.process_time() - start)
        return min(took)

    assert seconds(1600) < max(24 * seconds(200), 0.1)
