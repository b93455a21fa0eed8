"""eventsapp: tickets, programme, stands, jury and doors for a series of events."""

__version__ = "0.1.0"
