"""Is a text in the language asked for? Function words decide: no model, no start-up time, a reason that can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "de": "der die das und ist nicht ein eine den dem des mit von auf für im sich zu dass auch wird sind bei",
        "en": "the of and to in is that was for it with as on he said be by at from has have his are not they which",
        "es": "el la los las de que y en un una se por con no para su al lo del es como más pero ha fue",
        "fr": "le la les des et est un une du que qui dans pour pas sur au avec il elle ce sont par plus en ne a",
        "it": "il lo gli la le di che e è un una del della per non con si da nel alla sono ha anche più dei",
        "nl": "de het een en van is dat op te niet zijn met voor er die aan ook hij naar bij door heeft wordt",
        "pl": "w i na z się że nie do jest to o jak po co dla przez od ale za tym są oraz który ma",
        "pt": "o a os as de que e do da em um uma para não com se por na no mais dos ao é foi pelo",
        "ru": "и в не на что с по он как это к из но у за от для его о так же было мы они",
        "sv": "och att det som en på är av för med den till inte ett har om var men han de från vid",
        "tr": "ve bir bu da de için ile çok olarak daha gibi ama ne olan sonra kadar var değil mi",
        "uk": "і в не на що з у до та як це він за про від але для його я так був й ми вони",
    }.items()
}
"""Frequent words of each language, by ISO 639-1 code: all that this test knows. A language is added here alone."""

_MIN_CHARS = 200  # a shorter text holds too few words for a share to mean anything
_MAX_WORDS = 2000  # more words do not change the answer
_MIN_SHARE = 0.05  # running English prose is at 0.3, sports results and lists of names go down to 0.1
_CLEAR = 1.3  # how many times the share of the language asked for another one needs; close pairs (es, pt) set it
_WORD = re.compile(r"[^\W\d_]+")


def language_fault(text: str, language: str) -> str | None:
    """Why ``text`` is not taken for ``language``, a key of FUNCTION_WORDS; None where it is, or too short to tell."""
    words = [match.group().lower() for match in islice(_WORD.finditer(text), _MAX_WORDS)]
    if len(text) <= _MIN_CHARS or not words:
        return None
    share = {code: sum(word in known for word in words) / len(words) for code, known in FUNCTION_WORDS.items()}
    best = max(share, key=lambda code: share[code])
    if best != language and share[best] >= _MIN_SHARE and share[best] > _CLEAR * share[language]:
        found = f"probably {best!r}"
    elif share[language] < _MIN_SHARE:
        found = f"hardly any function word ({share[language]:.0%})"
    else:
        return None
    return f"another language: found {found}, expected {language!r}; translate the text or set the language"
