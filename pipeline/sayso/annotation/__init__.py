"""Making and checking annotated data: notations that people write, and the files that training and evaluation read."""
