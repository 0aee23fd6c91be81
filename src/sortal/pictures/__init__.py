"""One file in; out comes one checked uint8 RGB array with its fingerprint, or a named fault."""
