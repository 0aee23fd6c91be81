"""Networks from parts: a small layer language and the named networks written in it."""
