"""What a handler of the outbox says when it cannot do its work."""


class Never(Exception):
    """Trying again is useless (a refused address): the message fails and is shown."""
