"""From frozen features and a split to a head and its out-of-fold answers."""
