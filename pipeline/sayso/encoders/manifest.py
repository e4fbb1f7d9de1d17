"""The manifest of a model folder (``model.yaml``), and where such folders are found.

A model folder holds ``model.yaml``, ``tokenizer.json``, the weights as data (ONNX or safetensors), ``metrics.json`` and a
generated ``README.md``. The manifest names the task, the label order and the hash of every file: a folder whose files do
not match is refused.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sayso.errors import ModelError

FORMAT = 1


class Manifest(BaseModel):
    """What ``model.yaml`` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = Field(FORMAT, description="version of this layout")
    id: str
    task: str = Field(pattern="^(stance|attribution)$")
    labels: tuple[str, ...] = ()
    base: dict[str, Any] = Field(default_factory=dict, description="name, licence and parameters of the pretrained body")
    max_tokens: int = Field(gt=0)
    settings: dict[str, Any] = Field(default_factory=dict, description="numbers of the task: thresholds, calibration")
    data: list[dict[str, Any]] = Field(default_factory=list, description="training sets with licence, rows and hash")
    training: dict[str, Any] = Field(default_factory=dict, description="the resolved training config")
    versions: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict, description="SHA-256 of every file that the model needs")


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_manifest(folder: Path, task: str | None = None) -> Manifest:
    """Read and check a model folder. Raises ModelError with what was found, what was expected and what to do."""
    path = folder / "model.yaml"
    if not path.is_file():
        raise ModelError(f"{folder}: no model.yaml; a sayso model folder is what `sayso train` writes")
    try:
        manifest = Manifest.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as e:
        raise ModelError(f"{path}: not a model manifest: {e}") from e
    if manifest.format != FORMAT:
        raise ModelError(f"{path}: format {manifest.format}, this version reads {FORMAT}; train or download the model anew")
    if task and manifest.task != task:
        raise ModelError(f"{path}: a model for {manifest.task}, expected one for {task}")
    for name, expected in manifest.files.items():
        file = folder / name
        if not file.is_file():
            raise ModelError(f"{file}: missing, but listed in model.yaml; copy the whole folder again")
        if (found := sha256(file)) != expected:
            raise ModelError(
                f"{file}: its hash is {found[:12]}..., model.yaml says {expected[:12]}...; the file was changed or cut off, copy the folder again"
            )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write ``model.yaml`` with the hashes of the files that are there now; returns what was written."""
    names = [n for n in ("model.onnx", "tokenizer.json", "model.safetensors", "config.json") if (folder / n).is_file()]
    manifest = manifest.model_copy(update={"files": {n: sha256(folder / n) for n in names}})
    text = yaml.safe_dump(manifest.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)
    (folder / "model.yaml").write_text(text, "utf-8")
    return manifest


def shelves() -> list[Path]:
    """Folders that hold models: the one inside an installed wheel, then the checkout's ``models/``."""
    package = Path(__file__).resolve().parents[1]
    return [p for p in (package / "_models", package.parents[1] / "models") if p.is_dir()]


def find_model(name: str) -> Path:
    """The folder of a model: a path, or the id of a model on a shelf. Raises ModelError listing what there is."""
    path = Path(name).expanduser()
    if (path / "model.yaml").is_file():
        return path
    for shelf in shelves():
        if (shelf / name / "model.yaml").is_file():
            return shelf / name
    known = sorted({p.parent.name for s in shelves() for p in s.glob("*/model.yaml")})
    raise ModelError(
        f"model {name!r}: no such folder and no such model; found {', '.join(known) or 'no models'}. Give a folder that holds model.yaml, or one of these"
    )
