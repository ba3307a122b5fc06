"""The Loyalty server over HTTP: fulfils the port `terminal.ports.Loyalty` by the wire contract.

Where things are: `rules` the assumptions an integrator may change, `addresses` the seven calls' URLs,
`exact_json` JSON without binary floats, `wire` the documents and what they mean, `answers` what an HTTP
status means, `errors` what a network failure means, `client` the calls themselves.

It decides nothing and repeats nothing but a GET on a connection gone stale; it knows no screen, journal or
sandbox. Importing `rules` imports neither httpx nor pydantic; the others are for after the first paint.
"""
