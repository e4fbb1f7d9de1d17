"""Claims: the filter that keeps the pairs that can matter."""

from sayso.claims.filter import kept_claims

__all__ = ["kept_claims"]
