"""One self-contained HTML page from an evaluation or a check."""
