"""Claims: lists of them, and the filter that keeps the pairs that can matter."""

from sayso.claims.filter import ClaimFilter, FilterSettings

__all__ = ["ClaimFilter", "FilterSettings"]
