"""Near duplicates by MinHash (Broder 1997, "On the resemblance and containment of documents").

An article's words, without case and punctuation, are cut into shingles; the share of equal places in two signatures
estimates the Jaccard similarity of their shingles. Signatures are compared only where a band of them is equal (locality
sensitive hashing; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).
"""

from __future__ import annotations

import hashlib
import re

import numpy as np

from sayso.config import DuplicateSettings
from sayso.errors import MissingExtraError

SEED = 20
SURE = 0.99  # a pair at the threshold is compared with at least this probability


class Signatures:
    """Texts -> signatures -> bands, for one run's settings."""

    def __init__(self, settings: DuplicateSettings) -> None:
        try:
            import rensa
        except ImportError:
            raise MissingExtraError("finding near duplicates", "corpus") from None
        self._minhash = rensa.RMinHash
        self.settings = settings
        self.rows = rows_of_band(settings.permutations, settings.threshold)

    def of(self, text: str) -> np.ndarray:
        """The signature of a text, uint32 (permutations,)."""
        words = re.findall(r"\w+", text.lower())
        n = self.settings.shingle
        made = self._minhash(num_perm=self.settings.permutations, seed=SEED)
        made.update([" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))])
        return np.array(made.digest(), dtype=np.uint32)

    def bands(self, signature: np.ndarray) -> list[int]:
        """One 63-bit number for each band; texts that share one are candidates."""
        out = []
        for k in range(len(signature) // self.rows):
            band = k.to_bytes(2, "little") + signature[k * self.rows : (k + 1) * self.rows].tobytes()
            out.append(int.from_bytes(hashlib.blake2b(band, digest_size=8).digest(), "little") >> 1)
        return out


def rows_of_band(permutations: int, threshold: float) -> int:
    """The longest band with which a pair at the threshold still shares one with a probability of SURE."""
    fitting = [r for r in range(1, permutations + 1) if 1 - (1 - threshold**r) ** (permutations // r) >= SURE]
    return max(fitting, default=1)
