"""A page on this machine where a person goes through the judgements of a report and accepts or corrects them."""

from sayso.review.server import Server
from sayso.review.sitting import Sitting

__all__ = ["Server", "Sitting"]
