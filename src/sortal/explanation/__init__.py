"""One file per method: what did it look at."""
