"""halfminute: from feeds to briefs whose every sentence can be checked in one click.

The library behind the command line (`pipeline.cli`) and the Prefect flows (`flows`). Importing it
loads neither torch, transformers nor prefect.
"""

__version__ = "0.1.0"
