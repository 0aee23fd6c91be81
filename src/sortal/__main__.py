"""`python -m sortal`: the command line."""

from sortal.cli import main

main()
