"""``python -m sortal`` is ``sortal``."""

from sortal.cli import main

main()
