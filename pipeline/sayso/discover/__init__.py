"""Articles in, proposed actors and claims out, for a user who starts with no lists."""

from sayso.discover.run import Discovery, discover, with_found

__all__ = ["Discovery", "discover", "with_found"]
