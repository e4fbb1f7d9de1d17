"""Judgements as Label Studio tasks, the most doubtful first, so that people mend what the model is least sure of.

``sayso data labels`` makes training rows of what comes back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sayso.report.clean import clean
from sayso.report.doubt import doubtful
from sayso.types import ARTICLE_VOICE, LABELS, Judgement

if TYPE_CHECKING:
    from sayso.report.model import PositionReport

_TASKS = 1000  # tasks of one export: more than a person labels in a week
_CONTEXT = 300  # characters shown on either side of the sentence

CONFIG = """<View>
  <Header value="What does $holder do with this claim in the marked sentence?"/>
  <Header value="$claim"/>
  <Text name="text" value="$text"/>
  <Text name="marked" value="$marked"/>
  <Choices name="label" toName="text" choice="single-radio" required="true" showInline="true">
    <Choice value="asserts" hotkey="1"/>
    <Choice value="denies" hotkey="2"/>
    <Choice value="uncertain" hotkey="3"/>
    <Choice value="unrelated" hotkey="4"/>
  </Choices>
</View>
"""


def files(report: PositionReport) -> dict[str, str]:
    """``tasks.json`` to import, with the model's answer as prediction, and ``config.xml``, the labelling interface."""
    tasks = [_task(report, j) for j in doubtful(report)[:_TASKS]]
    return {"tasks.json": json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", "config.xml": CONFIG}


def _task(report: PositionReport, judgement: Judgement) -> dict[str, Any]:
    said = judgement.statement
    article = next((a for a in report.articles if a.id == said.article), None)
    start, end = said.sentence.start, said.sentence.end
    text, first = judgement.text, start
    if article and article.text[start:end] == judgement.text:
        first = max(0, start - _CONTEXT)
        text = article.text[first : end + _CONTEXT]
    own = said.actor == ARTICLE_VOICE
    chance = judgement.probabilities[LABELS.index(judgement.label)]
    data = {
        "text": clean(text),
        "marked": clean(judgement.text),
        "sentence": [start - first, end - first],
        "claim": clean(report.words.claim(judgement.claim).text),
        "holder": "the article itself" if own else clean(report.words.name(said.actor)),
        "actor": None if own else clean(report.words.name(said.actor)),
        "article": clean(said.article),
        "statement": clean(said.id),
        "claim_id": clean(judgement.claim),
    }
    answer = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [str(judgement.label)]}}
    model = str(report.provenance.models.get("stance", "sayso"))
    return {"data": data, "predictions": [{"model_version": model, "score": round(chance, 4), "result": [answer]}]}
