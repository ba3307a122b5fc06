"""Port Journal over SQLite, the one-instance lock and the flight recorder: everything the till writes down.

`store` writes, in its own thread; `reader` reads for the command line, also while a till runs; `schema` has
the tables, `codec` what stands in them, `seal` how secrets are kept, `files` the journal's files on the disk.
"""
