"""`python -m connector` is the command `askback`."""

import gc

# Loading a thousand modules makes no garbage: looking for it took a third of every start.
gc.disable()

from connector.cli import main  # noqa: E402 # after the line above, which is for its sake

gc.freeze()
gc.enable()
main()
