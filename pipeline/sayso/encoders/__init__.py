"""One way to run a small transformer body, shared by attribution, claims and stance. ``nets`` alone imports torch."""
