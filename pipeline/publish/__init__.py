"""The digest file and what is made from it."""
