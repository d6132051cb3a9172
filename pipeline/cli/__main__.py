"""`python -m pipeline.cli` is `halfminute`."""

from __future__ import annotations

from pipeline.cli.root import main

if __name__ == "__main__":
    main()
