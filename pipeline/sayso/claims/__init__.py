"""Claims: the filter that keeps the pairs that can matter."""

from sayso.claims.filter import ClaimFilter

__all__ = ["ClaimFilter"]
