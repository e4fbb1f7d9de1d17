"""Settings of the training loop, apart from torch so that configs can be read without it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LoopSettings(BaseModel):
    """How to optimise. Lengths are in tokens, rates per step of the optimiser."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: float = Field(3.0, gt=0, description="passes over the data; parts of one are possible")
    tokens_per_batch: int = Field(4096, gt=0, description="padded tokens in one batch; batches hold examples of like length")
    accumulate: int = Field(1, ge=1, description="batches for one optimiser step")
    learning_rate: float = Field(2e-4, gt=0, description="the highest, after the warm-up")
    weight_decay: float = Field(0.01, ge=0, description="of AdamW")
    warmup: float = Field(0.06, ge=0, lt=1, description="share of all steps with a rising rate")
    max_grad_norm: float = Field(1.0, gt=0, description="longer gradients are clipped")
    precision: str = Field("bf16", pattern="^(no|bf16|fp16)$", description="no, bf16 or fp16: of autocast")
    seed: int = Field(0, description="another seed draws and shuffles otherwise")
    save_minutes: float = Field(5.0, gt=0, description="a checkpoint at least this often")
    patience: int = Field(0, ge=0, description="epochs without a better dev score before stopping; 0 never stops early")
    report_to: tuple[str, ...] = Field((), description="trackers that accelerate knows, e.g. tensorboard")
