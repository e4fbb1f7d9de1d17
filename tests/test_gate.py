"""The gate itself: the shipped models stay above their floors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GATE = Path(__file__).with_name("gate.py")


@pytest.mark.slow
def test_the_shipped_models_stay_above_their_floors() -> None:
    done = subprocess.run([sys.executable, str(GATE)], capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
