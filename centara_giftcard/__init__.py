"""A shop till's terminal for Centara gift cards: see the README for the way in."""

__version__ = "0.1.0"
