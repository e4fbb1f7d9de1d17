"""Trained network -> ONNX int8, checked against torch. Imports torch.

Weights are quantised to signed int8, activations on the fly (dynamic). The network is always run on one unpadded sequence
(``encoders.onnx``), so the scales of a sequence never depend on another one.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from sayso.encoders.nets import AttributionNet, StanceNet
from sayso.errors import ModelError

log = logging.getLogger(__name__)
OPSET = 17
FP32_TOLERANCE = 1e-3  # largest difference of a logit between torch and the fp32 export


class _One(nn.Module):
    """The network on one unpadded sequence: no mask at all, which is what a mask of ones means."""

    def __init__(self, net: StanceNet | AttributionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, input_ids: Tensor, *rest: Tensor) -> Tensor | tuple[Tensor, ...]:
        result: Tensor | tuple[Tensor, ...] = self.net(input_ids, None, *rest)
        return result


def export(net: StanceNet | AttributionNet, folder: Path, probes: Sequence[dict[str, np.ndarray]]) -> dict[str, float]:
    """Write ``model.onnx`` (int8) and return how far it is from torch on the ``probes``.

    Raises ModelError where the fp32 export differs from torch by more than FP32_TOLERANCE on any probe.
    """
    net = net.float().eval()
    names = list(probes[0])
    outputs = ["logits"] if isinstance(net, StanceNet) else ["cue", "query", "key", "topic"]
    axes = {n: {1: "tokens" if n == "input_ids" else "claims"} for n in names}
    axes |= {n: {1: "claims" if n == "logits" else "tokens"} for n in outputs}
    fp32 = folder / "model.fp32.onnx"
    args = tuple(torch.from_numpy(probes[0][n]) for n in names)
    with torch.inference_mode():
        torch.onnx.export(
            _One(net).eval(), args, str(fp32), input_names=names, output_names=outputs, dynamic_axes=axes, opset_version=OPSET, dynamo=False
        )
    onnx.checker.check_model(str(fp32))
    far = _difference(net, fp32, probes)
    if far > FP32_TOLERANCE:
        raise ModelError(f"{fp32}: differs from torch by {far:.4f} in a logit, allowed is {FP32_TOLERANCE}; the export is wrong, nothing was shipped")
    quantize_dynamic(str(fp32), str(folder / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True})
    report = {"fp32_max_difference": far, "int8_max_difference": _difference(net, folder / "model.onnx", probes)}
    report["bytes"] = float((folder / "model.onnx").stat().st_size)
    log.info("export: %s", report)
    return report


def _difference(net: nn.Module, path: Path, probes: Sequence[dict[str, np.ndarray]]) -> float:
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for probe in probes:
        with torch.inference_mode():
            ours = _One(net).eval()(*(torch.from_numpy(v) for v in probe.values()))  # type: ignore[arg-type]
        theirs = session.run(None, probe)
        for a, b in zip([ours] if isinstance(ours, Tensor) else ours, theirs, strict=True):
            worst = max(worst, float(np.abs(a.numpy() - b).max()))
    return worst


def copy_tokenizer(base: str, folder: Path) -> None:
    """Put the body's ``tokenizer.json`` into the model folder."""
    source = Path(base) / "tokenizer.json"
    if source.is_file():
        shutil.copyfile(source, folder / "tokenizer.json")
        return
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(base, use_fast=True).backend_tokenizer.save(str(folder / "tokenizer.json"))
