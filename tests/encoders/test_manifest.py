"""Model folders: what is missing, changed or made for something else is said before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.encoders import manifest as module
from sayso.encoders.manifest import Manifest, find_model, load_manifest, sha256, write_manifest
from sayso.errors import ModelError


def folder(path: Path, **settings: object) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "model.onnx").write_bytes(b"weights")
    (path / "tokenizer.json").write_bytes(b"{}")
    write_manifest(path, Manifest.model_validate({"id": path.name, "task": "stance", "max_tokens": 64, **settings}))
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    made = folder(tmp_path / "m", labels=["asserts", "denies"], settings={"threshold": 0.5}, base={"name": "Körper"})
    found = load_manifest(made, "stance")
    assert (found.id, found.labels, found.settings, found.base) == ("m", ("asserts", "denies"), {"threshold": 0.5}, {"name": "Körper"})
    assert found.files == {name: sha256(made / name) for name in ("model.onnx", "tokenizer.json")}
    assert load_manifest(made) == found


def test_sha256_of_known_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(ModelError, match=r"no model\.yaml; a sayso model folder is what `sayso train` writes"):
            load_manifest(path)


def test_a_missing_file(tmp_path: Path) -> None:
    made = folder(tmp_path / "m")
    (made / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx: missing, but listed in model\.yaml; copy the whole folder again"):
        load_manifest(made)


def test_a_changed_file(tmp_path: Path) -> None:
    made = folder(tmp_path / "m")
    (made / "model.onnx").write_bytes(b"weight")
    with pytest.raises(ModelError, match=r"model\.onnx: its hash is \w{12}\.\.\., model\.yaml says \w{12}\.\.\.; the file was changed or cut off"):
        load_manifest(made)


def test_another_task(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a model for stance, expected one for attribution"):
        load_manifest(folder(tmp_path / "m"), "attribution")


def test_another_format(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="format 99, this version reads 1"):
        load_manifest(folder(tmp_path / "m", format=99))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a model manifest"),
        ("- a list", "not a model manifest"),
        ("id: [", "not a model manifest"),
        ("id: m\ntask: stance\n", "max_tokens"),
        ("id: m\ntask: cooking\nmax_tokens: 3\n", "task"),
        ("id: m\ntask: stance\nmax_tokens: 0\n", "max_tokens"),
        ("id: m\ntask: stance\nmax_tokens: 3\nextra: 1\n", "extra"),
    ],
)
def test_a_broken_manifest_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "model.yaml").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=said) as e:
        load_manifest(tmp_path)
    assert str(tmp_path / "model.yaml") in str(e.value)


def test_a_manifest_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_bytes(b"id: \xff\xfe")
    with pytest.raises(ModelError, match="not a model manifest"):
        load_manifest(tmp_path)


def test_models_are_found_by_folder_then_on_the_shelves_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, checkout = tmp_path / "wheel", tmp_path / "checkout"
    first, _, other = folder(wheel / "small"), folder(checkout / "small"), folder(checkout / "large")
    monkeypatch.setattr(module, "shelves", lambda: [wheel, checkout])
    monkeypatch.chdir(tmp_path)
    assert find_model("small") == first
    assert find_model("large") == other
    assert find_model(str(other)) == other
    with pytest.raises(ModelError, match=r"model 'tiny': no such folder and no such model; found large, small\."):
        find_model("tiny")


def test_an_empty_shelf_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "shelves", lambda: [tmp_path])
    with pytest.raises(ModelError, match="found no models"):
        find_model("tiny")
