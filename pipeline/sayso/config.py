"""A run described by one YAML file -> checked settings.

Unknown keys are refused with the nearest right one, every fault is reported at once with its path, and every path is
relative to the file that names it. Defaults live in the models, so that an installed copy needs no file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sayso.aggregate import AggregateSettings
from sayso.errors import ConfigError
from sayso.segment import SegmentSettings
from sayso.types import Actor, Claim


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActorConfig(_Closed):
    """One entry of ``actors``."""

    id: str = Field(min_length=1, description="what stands in the output; `article` is reserved for the article's own voice")
    name: str = Field(min_length=1, description="the name that people read, and that is looked for in the text")
    kind: str = Field("", description="free text: country, person, party, organisation ...")
    aliases: tuple[str, ...] = Field((), description="other words for the same actor; each belongs to one actor only")
    members: tuple[str, ...] = Field((), description='people who speak for it, as "name, function"')

    def actor(self) -> Actor:
        """The noun."""
        return Actor(self.id, self.name, self.kind, self.aliases, self.members)


class ClaimConfig(_Closed):
    """One entry of ``claims``."""

    id: str = Field(min_length=1, description="what stands in the output")
    text: str = Field(description="one full sentence that can be true or false and names its subject")
    negation_of: str | None = Field(None, description="id of the claim that this one is the opposite of")

    @field_validator("text")
    @classmethod
    def _not_empty(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("is empty; write the claim as one full sentence that can be true or false")
        return text.strip()

    def claim(self) -> Claim:
        """The noun."""
        return Claim(self.id, self.text, self.negation_of)


class AttributeSettings(_Closed):
    """Who is asked about in each sentence."""

    model: str = Field("sayso-attribution", description="model folder or id on the shelf")
    mode: Literal["gate", "hint", "all"] = Field(
        "hint", description="gate: only holders that attribution found; hint: also actors named nearby; all: every actor"
    )


class FilterSettings(_Closed):
    """Which (sentence, claim) pairs are scored."""

    enabled: bool = Field(True, description="false: every pair is scored, which is slow")
    min_probability: float = Field(0.012, ge=0, le=1, description="keep a pair where a stance is at least this likely")


Table = Literal["total", "outlet", "day", "week", "month"]
"""How positions of a corpus are grouped: all of it, by outlet, or by the window of time that an article was published in."""


class DuplicateSettings(_Closed):
    """Which articles count as near duplicates: one wire story in forty outlets."""

    enabled: bool = Field(True, description="false: every article is scored by itself")
    threshold: float = Field(0.6, gt=0, lt=1, description="least Jaccard similarity of two articles' word shingles")
    shingle: int = Field(4, ge=1, description="words of a shingle")
    permutations: int = Field(128, ge=16, le=1024, description="length of a MinHash signature: more are more exact")


class ScoreSettings(_Closed):
    """How a corpus is scored in bulk. Only ``duplicates`` and ``statements`` change what is written."""

    workers: int | None = Field(None, ge=1, description="processes; default: one for each usable core")
    timeout: float = Field(300, gt=0, description="seconds that one article may take")
    memory: int | None = Field(None, ge=256, description="megabytes that one process may take; default: its share of 80 % of this machine's")
    part: int = Field(500, ge=1, description="articles in one part: what a kill can cost at most")
    statements: bool = Field(False, description="write statements too, asked about or not")
    duplicates: DuplicateSettings = DuplicateSettings()
    positions: tuple[Table, ...] = Field(("total", "outlet", "month"), description="tables of positions that are written")


class ActorDiscoverySettings(_Closed):
    """Which of the names found are proposed as actors."""

    min_statements: int = Field(1, ge=0, description="propose whoever is credited with so many statements")
    min_mentions: int = Field(2, ge=1, description="or, an organisation or state, is named so often without being quoted (in one article: once)")
    max_actors: int = Field(300, ge=1, description="the most proposed, those with the most statements first")


class ClaimDiscoverySettings(_Closed):
    """How many claims are proposed, and how contested they must be."""

    max_claims: int = Field(20, ge=1, description="the most proposed, the most contested first")
    min_contested: float = Field(0.2, ge=0, le=1, description="how sure it must be that somebody asserts it and another does not")
    max_families: int = Field(150, ge=1, description="groups of wordings that are looked at")


class DiscoverSettings(_Closed):
    """What a run proposes where ``actors`` or ``claims`` is ``discover``."""

    actors: ActorDiscoverySettings = ActorDiscoverySettings()
    claims: ClaimDiscoverySettings = ClaimDiscoverySettings()


class EndpointSettings(_Closed):
    """Where and how a model ``openai:NAME`` is asked. There is no key in here: ``key_env`` names the variable that holds it.

    The default is a server on this machine (Ollama), so that no text leaves it unless an address says so.
    """

    url: str = Field("http://localhost:11434/v1", description="address of an OpenAI-compatible API, up to /v1")
    key_env: str | None = Field(None, description="environment variable that holds the API key; none is sent without it")
    concurrent_requests: int = Field(4, ge=1, le=256, description="requests in flight at once")
    max_requests_per_minute: float | None = Field(None, gt=0, description="tries that failed count, too")
    timeout_seconds: float = Field(120, gt=0, description="how long the server may be silent")
    max_retries: int = Field(4, ge=0, le=20, description="tries after the first, on time-outs, lost connections, 429 and 5xx")
    cache: str | None = Field("~/.cache/sayso/answers.sqlite", description="file of answers, so that none is paid for twice; null: none")
    format: Literal["json_schema", "json_object", "text"] = Field(
        "json_schema", description="what the server can be told about the form of an answer"
    )
    temperature: float | None = Field(0, ge=0, le=2, description="null: the model's own, for models that allow no other")
    body: dict[str, Any] = Field({}, description="more fields of a request, e.g. {max_tokens: 2000, reasoning_effort: low}")
    price_in: float | None = Field(None, ge=0, description="price of a million tokens read")
    price_out: float | None = Field(None, ge=0, description="price of a million tokens written")

    @model_validator(mode="after")
    def _no_secrets(self) -> EndpointSettings:
        # checked here and not field by field, so that no message repeats what may be a key
        if self.key_env is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.key_env):
            raise ValueError("key_env is not the name of an environment variable; put the key into one, and its name here")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("url is not an address; expected one such as http://localhost:11434/v1")
        if "@" in parts.netloc or parts.query:
            raise ValueError("url holds a user or a query; expected a bare address, and the key in the variable that key_env names")
        if taken := sorted({"model", "messages", "response_format", "stream", "n"} & set(self.body)):
            raise ValueError(f"body holds {', '.join(taken)}, which sayso sets itself")
        return self

    def share(self, n: int) -> EndpointSettings:
        """The part of these limits that each of ``n`` processes may use."""
        rate = self.max_requests_per_minute
        return self.model_copy(
            update={"concurrent_requests": max(1, self.concurrent_requests // n), "max_requests_per_minute": None if rate is None else rate / n}
        )


class RunConfig(_Closed):
    """A whole run."""

    articles: tuple[str, ...] = Field((), description="files, folders or globs; optional when given on the command line")
    manifest: str | None = Field(None, description="CSV or JSONL with file, title, outlet, published, url for plain texts")
    language: str = Field("en", description="language of the articles; texts in another one are left out")
    actors: tuple[ActorConfig, ...] | Literal["discover"] = Field(
        "discover", description="whose positions are asked for: a list, a YAML or JSON file, or discover"
    )
    claims: tuple[ClaimConfig, ...] | Literal["discover"] = Field("discover", description="on what: a list, a YAML or JSON file, or discover")
    model: str = Field("sayso-small", description="stance model: folder, id on the shelf, openai:NAME (extra llm), or Hugging Face id (extra torch)")
    endpoint: EndpointSettings | None = Field(None, description="server of a model openai:NAME")
    corrections: str | None = Field(None, description="decisions of `sayso review` (JSONL) that take the place of the model's answers")
    threads: int | None = Field(None, ge=1, description="sequences scored at once; default: one for each core")
    segment: SegmentSettings = SegmentSettings()
    attribute: AttributeSettings = AttributeSettings()
    filter: FilterSettings = FilterSettings()
    aggregate: AggregateSettings = AggregateSettings()
    score: ScoreSettings = ScoreSettings()
    discover: DiscoverSettings = DiscoverSettings()

    @model_validator(mode="before")
    @classmethod
    def _endpoint_of_a_served_model(cls, data: Any) -> Any:
        # only such a run has an endpoint, so that the configs of all others stay as they are
        if isinstance(data, Mapping) and str(data.get("model", "")).startswith("openai:") and data.get("endpoint") is None:
            return {**data, "endpoint": {}}
        return data

    @field_validator("articles", mode="before")
    @classmethod
    def _one_or_many(cls, articles: Any) -> Any:
        return (articles,) if isinstance(articles, str) else articles

    @field_validator("claims")
    @classmethod
    def _claims_fit(cls, claims: Any) -> Any:
        if claims == "discover":
            return claims
        faults = []
        ids = [c.id for c in claims]
        faults += [f"claim id {i!r} is used twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        faults += [
            f"claim {c.id!r}: negation_of {c.negation_of!r} is no claim of this run" for c in claims if c.negation_of and c.negation_of not in ids
        ]
        parent = {c.id: c.negation_of for c in claims}
        for i in parent:
            path = [i]
            while (above := parent.get(path[-1])) and above not in path:
                path.append(above)
            if above == i and i == min(path):
                faults.append(f"claim {i!r}: negation_of leads back to itself ({' -> '.join([*path, i])})")
        if faults:
            raise ValueError("; ".join(faults))
        return claims


def load_config(path: str | Path | None = None, overrides: Mapping[str, Any] | None = None) -> RunConfig:
    """Read a run config; ``overrides`` maps dotted keys (``aggregate.min_confidence``) to values that win over the file.

    ``actors`` and ``claims`` may name YAML or JSON files, relative to the config. Raises ConfigError with every fault.
    """
    where = str(path) if path else "config"
    base = Path(path).parent if path else Path()
    data: dict[str, Any] = {}
    if path:
        data = _read_mapping(Path(path))
        for key in ("articles", "manifest", "corrections"):
            data[key] = _relative(data[key], base) if key in data else data.get(key, () if key == "articles" else None)
        endpoint = data.get("endpoint")
        if isinstance(endpoint, dict) and isinstance(cache := endpoint.get("cache"), str) and not cache.startswith("~"):
            endpoint["cache"] = _relative(cache, base)
    for key, info in RunConfig.model_fields.items():
        if key in data and data[key] is None and isinstance(info.default, BaseModel):
            data[key] = {}  # a section whose keys are all commented out
    faults: list[str] = []
    for key in ("actors", "claims"):
        if isinstance(data.get(key), str) and data[key] != "discover":
            data[key] = _read_list(base / data[key], key)
    for dotted, value in (overrides or {}).items():
        parts = dotted.split(".")
        node = data
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                faults.append(f"{dotted}: {part} is not a section")
                break
        else:
            if parts[0] in ("actors", "claims") and len(parts) == 1 and isinstance(value, (str, Path)) and value != "discover":
                value = _read_list(Path(value), parts[0])
            node[parts[-1]] = value
    if faults:
        raise ConfigError(where, faults)
    try:
        return RunConfig.model_validate(data)
    except ValidationError as e:
        # of the two branches of "a list or 'discover'", only what is wrong with the list helps
        raise ConfigError(where, [_fault(x) for x in e.errors() if "literal['discover']" not in x["loc"]]) from None


def dotted(pairs: Sequence[str]) -> dict[str, Any]:
    """``KEY=VALUE`` of a command line -> overrides of load_config; values are YAML. Raises ConfigError."""
    out: dict[str, Any] = {}
    for pair in pairs:
        key, sep, value = pair.partition("=")
        if not sep:
            raise ConfigError("--set", [f"found {pair!r}, expected KEY=VALUE"])
        try:
            out[key.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise ConfigError("--set", [f"found {pair!r}, expected a value that is YAML; put quotes around it"]) from None
    return out


def _read_mapping(path: Path) -> dict[str, Any]:
    data = _read_yaml(path)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError(str(path), [f"found a {type(data).__name__}, expected a mapping of keys such as actors, claims, model"])
    return data


def _read_list(path: Path, key: str) -> list[Any]:
    data = _read_yaml(path)
    if isinstance(data, dict) and isinstance(data.get(key), list):
        data = data[key]
    if not isinstance(data, list):
        raise ConfigError(str(path), [f"found a {type(data).__name__}, expected a list of {key}"])
    return data


def _read_yaml(path: Path) -> Any:
    if not path.is_file():
        raise ConfigError(str(path), ["no such file; expected YAML or JSON"])
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        raise ConfigError(str(path), [f"not YAML: {' '.join(str(e).split())}"]) from None


def _relative(value: Any, base: Path) -> Any:
    if isinstance(value, str):
        return str(base / value)
    if isinstance(value, list):
        return [str(base / v) if isinstance(v, str) else v for v in value]
    return value


def _fault(error: Any) -> str:
    at = ".".join(str(x) for x in error["loc"] if x not in ("discover",) and not str(x).startswith(("tuple[", "literal[")))
    if error["type"] == "extra_forbidden":
        known = _keys_at(error["loc"])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; expected one of {', '.join(known)}" if known else ""
        return f"{at}: unknown key{hint}"
    message = error["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
    found = "" if isinstance(error["input"], (dict, list)) else f", found {error['input']!r}"
    return f"{at}: {message}{found}"


def _keys_at(loc: Sequence[Any]) -> list[str]:
    model: Any = RunConfig
    for part in loc[:-1]:
        if part == "actors":
            model = ActorConfig
        elif part == "claims":
            model = ClaimConfig
        elif isinstance(part, str) and part in getattr(model, "model_fields", {}):
            model = model.model_fields[part].annotation
            model = next((m for m in get_args(model) if hasattr(m, "model_fields")), model)  # a section that may be missing
    return sorted(getattr(model, "model_fields", {}))
