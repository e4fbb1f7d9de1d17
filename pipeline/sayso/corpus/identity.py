"""What the rows of a run hang on, and where two runs differ in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sayso.config import RunConfig
from sayso.encoders.manifest import sha256
from sayso.pipeline import Pipeline, versions
from sayso.report import frames

IRRELEVANT = (
    "articles",
    "manifest",
    "threads",
    "aggregate",
    "score.workers",
    "score.timeout",
    "score.memory",
    "score.part",
    "score.positions",
    *(
        f"endpoint.{key}"
        for key in ("key_env", "concurrent_requests", "max_requests_per_minute", "timeout_seconds", "max_retries", "cache", "price_in", "price_out")
    ),
)
"""Keys of a config that no judgement hangs on. Positions are made of all judgements anew, so theirs are among them."""

SHOWN = 60  # characters of a value in a message


def identity(config: RunConfig, pipeline: Pipeline, shard: tuple[int, int] | None) -> dict[str, Any]:
    """Config, models with their hashes, version, schema and shard, as run.yaml records them."""
    models = dict(pipeline.models())
    folder = Path(config.model).expanduser()
    if folder.is_dir() and not (folder / "model.yaml").is_file():  # a foreign model, which has no manifest of hashes
        models["stance"] += "".join(f" {p.name} {sha256(p)[:16]}" for p in sorted(folder.iterdir()) if p.is_file())
    return {
        "sayso": versions()["sayso"],
        "schema": (frames.JUDGEMENTS.metadata or {})[b"sayso.schema_version"].decode(),
        "shard": f"{shard[0]}/{shard[1]}" if shard else "",
        "config": config.model_dump(mode="json"),
        "models": models,
    }


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """One line for each thing that would make other rows."""
    before, now = (dict(_flat("", {name: run.get(name) for name in ("sayso", "schema", "shard", "config", "models")})) for run in (found, wanted))
    changed = [key for key in dict.fromkeys([*before, *now]) if before.get(key) != now.get(key) and not _irrelevant(key)]
    return [f"{key}: {_shown(before.get(key))} there, {_shown(now.get(key))} here" for key in changed]


def _irrelevant(key: str) -> bool:
    return any(key == f"config.{name}" or key.startswith(f"config.{name}.") for name in IRRELEVANT)


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), item)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield f"{prefix}.order", [item.get("id") for item in value]
        for item in value:
            yield from _flat(f"{prefix}.{item.get('id', '')}", item)
    else:
        yield prefix, value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
