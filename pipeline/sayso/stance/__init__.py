"""Stance: what a holder does with a claim in a passage. Questions, their one text form, and scorers."""
