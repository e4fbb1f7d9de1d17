"""The built wheel carries the default models and works away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_the_wheel_works_away_from_the_checkout(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)], check=True, timeout=300)
    wheel = next(tmp_path.glob("sayso-*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert any(n.endswith("_models/sayso-small/model.onnx") for n in names)
    assert any(n.endswith("py.typed") for n in names)
    assert not [n for n in names if n.endswith(("net.safetensors", "model.fp32.onnx"))]
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for name in ("actors.yaml", "claims.yaml"):
        shutil.copy(ROOT / "configs" / name, tmp_path)
    shutil.copytree(ROOT / "data" / "articles", tmp_path / "articles")
    command = [
        sys.executable,
        "-c",
        "import sayso.cli; print(sayso.__file__); sayso.cli.main()",
        "report",
        "articles",
        "--actors",
        "actors.yaml",
        "--claims",
        "claims.yaml",
        "--out",
        "out",
        "--quiet",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_the_base_package_imports_neither_torch_nor_transformers() -> None:
    code = (
        "import sys, sayso, sayso.cli, sayso.stance.scorer; print([m for m in ('torch', 'transformers', 'sklearn', 'datasets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
