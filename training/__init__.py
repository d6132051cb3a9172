"""Training scripts. What they make is committed and ships with the program."""
