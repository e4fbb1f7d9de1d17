"""Who is who: the registry of actors, mentions in text, and the linking of a source to its actor."""

from sayso.actors.link import Link, Linker
from sayso.actors.registry import ActorRegistry, Mention

__all__ = ["ActorRegistry", "Link", "Linker", "Mention"]
