"""The Loyalty server over HTTP: fulfils the port `terminal.ports.Loyalty` by the wire contract.

Where things are: `client` the calls themselves, `line` the connections, `ahead` those that are open before
they are needed, `requests` what is sent where, `seen` which card an answer can be about, `successes` whether
a 2xx is one, `answers` what the other codes mean, `errors` what a network failure means, `wire` the documents
and what they mean, `members` what their names and shapes may be, `moments` dates, `exact_json` JSON without
binary floats. What an integrator may set is in `domain.dialect`.

It decides nothing and repeats nothing but a GET whose answer was not its own; it knows no screen, journal or
sandbox. It is for after the first paint.
"""

import sys

# httpx imports its command line with itself, where click, rich and pygments are installed: 40 ms of a start
# for nothing. A module that is None counts as missing, and httpx does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
