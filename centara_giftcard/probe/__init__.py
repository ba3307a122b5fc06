"""The probe: finds out with a test card how a Loyalty server speaks, and leaves the card as it was.

`walk` makes the calls and keeps them safe, `traits` says what the answers show, `proof` remembers for which
server, group and wire a walk went well, `command` is `doctor --probe`.
"""
