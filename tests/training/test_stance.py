"""Examples, batches, the loss and the teacher of the stance model."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sayso.encoders.tokens import TextTokenizer
from sayso.stance.passage import Passage, Question
from sayso.training.stance_data import ANY, Item
from sayso.types import Span

pytestmark = pytest.mark.slow
TEXT = "the council said the gate was shut."


def item(labels: tuple[tuple[int, ...], ...], soft: tuple[tuple[float, ...], ...] = (), holder: str | None = "the council") -> Item:
    claims = tuple(f"the {w} was shut" for w in ("gate", "dam", "mill", "weir")[: len(labels)])
    return Item(Question(holder, Passage(TEXT, Span(0, len(TEXT))), claims), labels, False, {}, soft)


def test_claims_are_shuffled_with_their_labels_and_soft_labels(tokenizer: TextTokenizer) -> None:
    from sayso.training.stance import example

    labels = ((0,), (1,), (2,), (3,))
    soft = tuple(tuple(float(k == j) for j in range(4)) for k in range(4))
    orders = set()
    for seed in range(20):
        (e,) = example(item(labels, soft), tokenizer, random.Random(seed), 320)
        assert [s.index(1.0) for s in e["soft"]] == [a[0] for a in e["allowed"]]
        assert [e["ids"][p] for p in e["positions"]] == [tokenizer.marker["CLAIM"]] * len(e["positions"])
        orders.add(tuple(a[0] for a in e["allowed"]))
    assert len(orders) > 5
    (plain,) = example(item(labels), tokenizer, random.Random(0), 320, shuffle=False)
    assert plain["allowed"] == list(labels)


def loss_of(
    allowed: tuple[int, ...], logits: list[float], soft: tuple[float, ...] = (0.0,) * 4, *, silence: float = 1.0, share: float = 0.5
) -> float:
    import torch

    from sayso.training.stance import StanceTask

    class Fixed(torch.nn.Module):
        def forward(self, *_: object) -> torch.Tensor:
            return torch.tensor([[logits]])

    labels = torch.zeros(1, 1, 4)
    labels[0, 0, list(allowed)] = 1
    task = StanceTask(Fixed(), silence, share)  # type: ignore[arg-type]
    nothing = torch.zeros(1, 1, dtype=torch.long)
    return float(task(nothing, nothing, nothing, labels, torch.tensor([[soft]]))["loss"])


def test_the_loss_is_the_cross_entropy_of_a_single_label_and_of_a_set_of_labels() -> None:
    import math

    assert loss_of((1,), [0.0, 0.0, 0.0, 0.0]) == pytest.approx(math.log(4))
    assert loss_of((2, 3), [0.0, 0.0, 0.0, 0.0]) == pytest.approx(math.log(2))
    assert loss_of(ANY, [3.0, 0.0, 0.0, 0.0]) == pytest.approx(0.0, abs=1e-6)


def test_a_teacher_takes_its_share_and_all_of_what_no_annotator_labelled() -> None:
    import math

    sure = (1.0, 0.0, 0.0, 0.0)
    log_p = math.log(math.exp(2) / (math.exp(2) + 3))
    denied = math.log(1 / (math.exp(2) + 3))
    assert loss_of((1,), [2.0, 0, 0, 0], sure, share=0.25) == pytest.approx(-0.75 * denied - 0.25 * log_p)
    assert loss_of(ANY, [2.0, 0, 0, 0], sure, share=0.25) == pytest.approx(-log_p)


def test_padding_adds_nothing_to_the_loss(tokenizer: TextTokenizer, tiny_body: Path) -> None:
    import torch

    from sayso.encoders.nets import StanceNet, load_body
    from sayso.training.stance import StanceTask, collate, example

    task = StanceTask(StanceNet(load_body(str(tiny_body)))).eval()
    short, long = (example(item(labels), tokenizer, random.Random(0), 320, shuffle=False)[0] for labels in (((0,),), ((1,), (2,), (3,))))
    with torch.inference_mode():
        both = float(task(**collate([short, long], tokenizer.pad))["loss"])
        alone = [float(task(**collate([e], tokenizer.pad))["loss"]) for e in (short, long)]
    assert both == pytest.approx((alone[0] + 3 * alone[1]) / 4, rel=1e-4)


def test_probabilities_come_back_in_the_order_of_the_items(tokenizer: TextTokenizer, tiny_body: Path) -> None:
    import numpy as np

    from sayso.encoders.nets import StanceNet, load_body
    from sayso.training.stance import probabilities

    net = StanceNet(load_body(str(tiny_body)))
    items = [item(((0,),)), item(((0,), (1,), (2,))), item(((3,), (3,)), holder=None)]
    together = probabilities(net, items, tokenizer, 320)
    assert [p.shape for p in together] == [(1, 4), (3, 4), (2, 4)]
    for it, p in zip(items, together, strict=True):
        assert np.allclose(p.sum(axis=1), 1, atol=1e-3)
        assert np.allclose(p, probabilities(net, [it], tokenizer, 320)[0], atol=0.02), "bf16, padded or not"


def test_macro_f1_leaves_pairs_without_a_single_label_out(tokenizer: TextTokenizer, tiny_body: Path) -> None:
    from sayso.encoders.nets import StanceNet, load_body
    from sayso.training.stance import macro_f1, probabilities

    net = StanceNet(load_body(str(tiny_body)))
    asked = item((ANY, ANY, ANY))
    best = [int(p.argmax()) for p in probabilities(net, [asked], tokenizer, 320)[0]]
    right = item(((best[0],), ANY, (best[2],)))
    assert macro_f1(net, [right], tokenizer, 320) == 1.0
    wrong = item((((best[0] + 1) % 4,), ANY, ANY))
    assert macro_f1(net, [wrong], tokenizer, 320) == 0.0
