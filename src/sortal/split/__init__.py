"""Finds kin; decides once who trains, validates and tests; a stored value."""
