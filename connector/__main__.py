"""`python -m connector` is the command `askback`."""

from connector.cli import main

main()
