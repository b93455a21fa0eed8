"""Formats in which a released programme leaves the house."""
