"""Scoring a corpus: any number of articles in constant memory, on all cores, resumable after a kill.

``sources`` finds and reads the inputs, ``engines`` run the stages of one article where it is safe (``worker``), ``near``
finds copies of one story, ``store`` writes whole parts of a score folder, ``positions`` aggregates over what was written, and
``run`` puts them in order.
"""
