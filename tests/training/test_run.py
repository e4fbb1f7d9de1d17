"""From a config to a model folder that the pipeline loads: train, kill, resume, learn from a teacher."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sayso.errors import DataError
from sayso.stance.passage import Passage, Question
from sayso.stance.scorer import OnnxScorer
from sayso.training.config import TrainConfig, load_train_config
from sayso.types import Span

pytestmark = pytest.mark.slow


def rows(folder: Path, n: int = 24) -> Path:
    out = folder / "rows.jsonl"
    verbs = {"asserts": "said", "denies": "denied"}
    with out.open("w", encoding="utf-8") as f:
        for k in range(n):
            label, verb = list(verbs.items())[k % 2]
            text = f"the council {verb} that the gate was shut on night {k}."
            f.write(
                json.dumps({"id": str(k), "split": "train", "text": text, "actor": "the council", "claim": "the gate was shut", "label": label})
                + "\n"
            )
    return out


def config(body: Path, data: Path, **more: Any) -> TrainConfig:
    loop = {"epochs": 2, "learning_rate": 1e-3, "tokens_per_batch": 128, "precision": "no", **more.pop("loop", {})}
    return TrainConfig.model_validate({"id": "tiny", "task": "stance", "base": str(body), "data": [{"path": str(data)}], "loop": loop, **more})


def test_a_run_writes_a_folder_that_the_scorer_loads(tiny_body: Path, tmp_path: Path) -> None:
    from sayso.training.run import train_model

    data = rows(tmp_path)
    folder = train_model(config(tiny_body, data, dev=[{"path": str(data)}]), tmp_path / "tiny", quiet=True)
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert [h["epoch"] for h in metrics["training"]["history"]] == [0, 1]
    assert 0 <= metrics["training"]["best"] <= 1
    text = "the council said that the gate was shut."
    (p,) = OnnxScorer.load(folder).score([Question("the council", Passage(text, Span(0, len(text))), ("the gate was shut", "the dam leaked"))])
    assert p.shape == (2, 4)
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)


def weights(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(folder / "net.safetensors")


def test_a_killed_run_goes_on_to_the_same_weights(tiny_body: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sayso.training import loop
    from sayso.training.run import train_model

    settings = config(tiny_body, rows(tmp_path), loop={"save_minutes": 1e-9})
    whole = train_model(settings, tmp_path / "whole", quiet=True)

    real, calls = loop.bucketed, []

    class Killed(BaseException):
        pass

    def dying(batch: Any, pad: int) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise Killed
        return collate(batch, pad)

    from sayso.training import stance_job
    from sayso.training.stance import collate

    assert loop.bucketed is real
    monkeypatch.setattr(stance_job, "collate", dying)
    with pytest.raises(Killed):
        train_model(settings, tmp_path / "broken", quiet=True)
    resumed = train_model(settings, tmp_path / "broken", resume=True, quiet=True)
    for name, value in weights(whole).items():
        assert np.array_equal(value, weights(resumed)[name]), name


def test_another_config_does_not_resume(tiny_body: Path, tmp_path: Path) -> None:
    from sayso.training.run import train_model

    data = rows(tmp_path)
    train_model(config(tiny_body, data, loop={"save_minutes": 1e-9}), tmp_path / "run", quiet=True)
    with pytest.raises(DataError, match="other settings or data"):
        train_model(config(tiny_body, data, loop={"save_minutes": 1e-9, "learning_rate": 5e-4}), tmp_path / "run", resume=True, quiet=True)


def test_a_student_moves_to_its_teacher(tiny_body: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from sayso.training.run import train_model

    data = rows(tmp_path)
    teacher = train_model(config(tiny_body, data, loop={"epochs": 6}), tmp_path / "teacher", quiet=True)
    with caplog.at_level(logging.INFO, "sayso"):
        settings = config(tiny_body, data, teacher=str(teacher), teacher_share=1.0, loop={"epochs": 6})
        student = train_model(settings, tmp_path / "student", quiet=True)
        assert "asking the teacher" in caplog.text
        caplog.clear()
        train_model(settings, tmp_path / "student", quiet=True)
        assert "asking the teacher" not in caplog.text, "the answers are kept beside the model"
    untaught = train_model(config(tiny_body, data, loop={"epochs": 0.1}), tmp_path / "untaught", quiet=True)
    asked = [
        Question("the council", Passage(t, Span(0, len(t))), ("the gate was shut",))
        for t in (f"the council {v} that the gate was shut on night {k}." for v in ("said", "denied") for k in range(3))
    ]
    answers = {name: np.array(list(OnnxScorer.load(f).score(asked))) for name, f in {"t": teacher, "s": student, "u": untaught}.items()}
    assert np.abs(answers["s"] - answers["t"]).mean() < np.abs(answers["u"] - answers["t"]).mean() / 2


def test_one_label_only_is_refused(tiny_body: Path, tmp_path: Path) -> None:
    from sayso.training.run import train_model

    settings = config(tiny_body, rows(tmp_path))
    one = settings.model_copy(update={"data": (settings.data[0].model_copy(update={"drop": ("denies",)}),)})
    with pytest.raises(DataError, match="one label only"):
        train_model(one, tmp_path / "one", quiet=True)


def test_nothing_left_and_nothing_there_are_refused_by_name(tiny_body: Path, tmp_path: Path) -> None:
    from sayso.training.run import train_model

    settings = config(tiny_body, rows(tmp_path))
    empty = settings.model_copy(update={"data": (settings.data[0].model_copy(update={"split": ("test",)}),)})
    with pytest.raises(DataError, match=r"rows\.jsonl: nothing left to use after split test"):
        train_model(empty, tmp_path / "x", quiet=True)
    with pytest.raises(DataError, match=r"gone\.jsonl: no such file or folder"):
        train_model(config(tiny_body, tmp_path / "gone.jsonl"), tmp_path / "x", quiet=True)


def test_caps_by_label_draw_the_same_rows_each_time(tmp_path: Path) -> None:
    from sayso.training.stance_data import read_rows
    from sayso.training.stance_job import _capped

    all_rows = read_rows(rows(tmp_path))
    kept = _capped(all_rows, {"asserts": 3})
    assert [r["label"] for r in kept].count("asserts") == 3
    assert [r["label"] for r in kept].count("denies") == 12
    assert kept == _capped(all_rows, {"asserts": 3})


def test_a_loss_that_is_not_a_number_stops_the_run(tiny_body: Path, tmp_path: Path) -> None:
    import torch

    from sayso.training.run import train_model

    sick = tmp_path / "sick"
    shutil.copytree(tiny_body, sick)
    from safetensors.torch import load_file, save_file

    state = load_file(sick / "model.safetensors")
    name = next(n for n in state if n.endswith("word_embeddings.weight"))
    save_file({**state, name: torch.full_like(state[name], torch.nan)}, sick / "model.safetensors", {"format": "pt"})
    with pytest.raises(DataError, match="the loss is nan at step 1"):
        train_model(config(sick, rows(tmp_path)), tmp_path / "run", quiet=True)


def test_a_config_file_names_every_fault(tmp_path: Path) -> None:
    from sayso.errors import ConfigError

    file = tmp_path / "train.yaml"
    file.write_text("id: x\ntask: stanse\nbase: b\ndata: [{path: a, silent_share: 3}]\nepochs: 3\n", "utf-8")
    with pytest.raises(ConfigError) as e:
        load_train_config(file)
    assert "task" in str(e.value)
    assert "silent_share" in str(e.value)
    assert "epochs" in str(e.value)


def test_a_second_step_goes_on_from_the_first_and_names_its_data(tiny_body: Path, tmp_path: Path) -> None:
    from sayso.encoders.manifest import load_manifest
    from sayso.training.run import train_model

    data = rows(tmp_path)
    first = train_model(config(tiny_body, data), tmp_path / "first", quiet=True)
    settings = config(tiny_body, data, start_from=str(first), loop={"epochs": 0.1, "learning_rate": 1e-9})
    second = train_model(settings, tmp_path / "second", quiet=True)
    for name, value in weights(first).items():
        assert np.allclose(value, weights(second)[name], atol=1e-6), name
    assert [d.get("step") for d in load_manifest(second, "stance").data] == ["tiny", None]
