"""The card of a model, generated from its manifest and its metrics; numbers are never typed by hand. No torch.

``python -m sayso.training.card`` writes the cards of all models on the checkout's shelf and the table in ``models/README.md``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sayso.encoders.manifest import Manifest, load_manifest, shelves
from sayso.training.shelf import shelf_markdown

TEMPLATE = """# {{ m.id }}

{{ what }}

| | |
|---|---|
| task | {{ m.task }} |
| body | {{ m.base.name }} ({{ m.base.licence or 'licence not stated' }}), {{ '%.1f' % (m.base.parameters / 1e6) }}M parameters |
| file | model.onnx, int8, {{ '%.1f' % (metrics.export.bytes / 1e6) }} MB |
| reads | at most {{ m.max_tokens }} tokens in one pass |
| settings | {{ settings }} |

## Measured

{% if evaluation -%}
| figure | value |
|---|---|
{% for k, v in evaluation.items() -%}
| {{ k }} | {{ '%.3f' % v if v is float else v }} |
{% endfor %}
{% endif -%}
Export: the fp32 graph differs from torch by at most {{ '%.1e' % metrics.export.fp32_max_difference }} in a logit, the int8 graph by {{ '%.2f' % metrics.export.int8_max_difference }}.
{% if metrics.calibration is defined -%}
Calibration on {{ metrics.calibration.dev_pairs }} dev pairs at their true proportions: expected calibration error {{ '%.3f' % metrics.calibration.dev_ece_before }} before, {{ '%.3f' % metrics.calibration.dev_ece_after }} after.
{% endif %}
## Trained on

| set | licence | |
|---|---|---|
{% for d in m.data -%}
| {{ d.path }} | {{ d.licence or 'not stated' }} | {{ d.get('sha256') or (d.get('files', 0) ~ ' articles') }} |
{% endfor %}
## Limits

English news prose. Sarcasm, satire, quotes inside quotes more than two deep, and claims that need knowledge from outside the text are
often read wrong. A position is what a text says that somebody holds, never whether it is true. Names are masked in part of training,
yet a model may still have learnt from names; the report's evidence is there to be checked.
"""

WHAT = {
    "stance": "Decides what a holder does with each of a list of claims in a marked sentence: asserts, denies, uncertain, or unrelated. One pass over holder, passage and all claims.",
    "attribution": "Finds who says it (source), the words that say so (cue) and what is said (content), and gives every sentence a topic vector by which claims are matched.",
}


def card(folder: Path) -> str:
    """The README text of a model folder."""
    manifest: Manifest = load_manifest(folder)
    metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text("utf-8"))
    settings = ", ".join(f"{k} {v}" for k, v in manifest.settings.items())
    env = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    env.tests["float"] = lambda v: isinstance(v, float)
    return env.from_string(TEMPLATE).render(
        m=manifest, metrics=metrics, what=WHAT[manifest.task], settings=settings, evaluation=metrics.get("evaluation", {})
    )


def record_evaluation(folder: Path, figures: dict[str, float | int]) -> None:
    """Put measured figures into ``metrics.json``, from where cards and tables take them."""
    path = folder / "metrics.json"
    metrics = json.loads(path.read_text("utf-8"))
    metrics["evaluation"] = {**metrics.get("evaluation", {}), **figures}
    path.write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")


def main() -> None:
    """Write all cards and the shelf's table."""
    shelf = shelves()[-1]
    for path in sorted(shelf.glob("*/model.yaml")):
        (path.parent / "README.md").write_text(card(path.parent), "utf-8")
    (shelf / "README.md").write_text(shelf_markdown(), "utf-8")


if __name__ == "__main__":
    main()
