"""A literal table of frozen networks; embedding, with a cache."""
