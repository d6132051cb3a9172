"""The stages of a run: load from the store, call pure functions, save.

No stage holds a transaction open while the network or a model works.
"""
