"""`python -m reroll`."""

from reroll.cli.main import main

main()
