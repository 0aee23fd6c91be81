"""An immutable table of samples and faults, read from a folder, table or archive."""
