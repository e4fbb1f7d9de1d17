"""What can be said about predictions on rows besides their plain figures: how sure, against whom, and where they are wrong. No torch."""
