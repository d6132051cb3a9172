"""The scripts that bring a database to `tables.SCHEMA_REVISION`, run by `database.migrate`.

A new one is written by hand as `versions/mNNNN_what.py`, never imports `tables` (which goes on
changing) and raises `tables.SCHEMA_REVISION`; tests say whether it arrives at `tables.metadata`.
"""
