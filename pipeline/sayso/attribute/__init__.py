"""Sentence -> Statement: who says it, by which words, and what."""
