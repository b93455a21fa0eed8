"""The ``eventsapp`` command. One file per command of the contract."""
