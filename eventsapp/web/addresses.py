"""Addresses that leave this server: built from the setting, never from what a request says."""

from eventsapp import settings


def absolute(path: str) -> str:
    """``path`` of this site as others must call it. The Host header is the visitor's to choose:
    an address made of it would lead a buyer, or a letter's reader, to somebody else's server."""
    return settings.current().base_url + path
