"""Pure functions from answers to numbers with uncertainty; calibration; "I don't know"."""
