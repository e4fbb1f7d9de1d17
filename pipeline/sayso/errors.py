"""The exception tree.

    SaysoError                     everything that sayso raises on purpose
    ├── InputError                 an article file or table cannot be read
    ├── ConfigError                a run or training config is wrong (all faults listed at once)
    ├── ModelError                 a model folder is missing, incomplete or does not match its manifest
    │   └── LabelError             the label words of a foreign model cannot be mapped
    ├── ScoringError               a claim cannot be scored by the chosen model
    ├── DataError                  training or evaluation rows are wrong
    ├── MissingExtraError          an optional dependency is needed; names the install line
    └── OutputError                a result cannot be written

Every message says what was found, what was expected, where, and what to do.
"""


class SaysoError(Exception):
    """Base of all errors that sayso raises on purpose; the command line prints its text without a traceback."""


class InputError(SaysoError):
    """An article source cannot be read."""


class ConfigError(SaysoError):
    """A config is wrong. ``faults`` holds one line per fault."""

    def __init__(self, where: str, faults: list[str]) -> None:
        self.where = where
        self.faults = faults
        super().__init__("\n".join([f"{where}: {len(faults)} fault{'s' * (len(faults) > 1)}", *(f"  {f}" for f in faults)]))


class ModelError(SaysoError):
    """A model folder is missing, incomplete, or does not match its manifest."""


class LabelError(ModelError):
    """The label words of a foreign model cannot be mapped to the stance labels."""


class ScoringError(SaysoError):
    """A claim cannot be scored by the chosen model, e.g. because it alone exceeds the model's length."""


class DataError(SaysoError):
    """Training or evaluation rows are wrong."""


class OutputError(SaysoError):
    """A result cannot be written."""


class MissingExtraError(SaysoError):
    """An optional dependency is needed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional dependency that is not installed. Install it with: pip install 'sayso[{extra}]'")
