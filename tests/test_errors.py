"""The exception tree: one base, and texts that stand by themselves."""

from __future__ import annotations

import pytest

from sayso import errors
from sayso.errors import ConfigError, LabelError, MissingExtraError, ModelError, SaysoError


def test_everything_raised_on_purpose_has_one_base() -> None:
    classes = [x for x in vars(errors).values() if isinstance(x, type) and issubclass(x, Exception)]
    assert len(classes) > 8
    assert all(issubclass(c, SaysoError) for c in classes)
    assert issubclass(LabelError, ModelError)


@pytest.mark.parametrize(("faults", "text"), [(["a: b"], "run.yaml: 1 fault\n  a: b"), (["a: b", "c: d"], "run.yaml: 2 faults\n  a: b\n  c: d")])
def test_a_config_error_lists_its_faults(faults: list[str], text: str) -> None:
    error = ConfigError("run.yaml", faults)
    assert (str(error), error.where, error.faults) == (text, "run.yaml", faults)


def test_a_missing_extra_names_the_install_line() -> None:
    assert "pip install 'sayso[torch]'" in str(MissingExtraError("the hub", "torch"))
