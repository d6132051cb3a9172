"""Ship a trained adapter: `python -m training.ship FOLDER [--version VERSION]`.

FOLDER is what `python -m training.writer` wrote. The adapter and its configuration go to
data/adapters, without what the configuration says of the machine, and `adapter.json` beside them
says whose change it is and which bytes it is made of.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.canonical import canonical_json
from pipeline.console import say
from pipeline.local_models.adapter import (
    ADAPTER_FILE,
    CARD_FILE,
    CONFIG_FILE,
    DECISIVE,
    AdapterCard,
)
from pipeline.local_models.model_folder import sha256_file
from pipeline.local_models.registry import WRITER, AdapterEntry

MOST_BYTES = 12_000_000
"""A wheel should stay a quick download; rank 16 in half precision takes 9.8 MB."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Ship the adapter of a folder; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.ship",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("trained", type=Path, metavar="FOLDER")
    parser.add_argument("--version", default="1", help="of the adapter; default: 1")
    given = parser.parse_args(arguments)
    card = ship(WRITER, given.trained, given.version)
    say(f"{WRITER.folder}: {card.name} {card.version}, SHA-256 {card.sha256}")
    return 0


def ship(entry: AdapterEntry, trained: Path, version: str) -> AdapterCard:
    """Copy the adapter of the folder `trained` to where `entry` has it; return its card, written.

    The chat template is there already.

    Raises:
        ValueError: the adapter is larger than MOST_BYTES.
    """
    size = (trained / ADAPTER_FILE).stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"{trained / ADAPTER_FILE} has {size} bytes, more than {MOST_BYTES}")
    shutil.copyfile(trained / ADAPTER_FILE, entry.folder / ADAPTER_FILE)
    config = json.loads((trained / CONFIG_FILE).read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = entry.base.name  # it was a path of this machine
    config["target_modules"] = sorted(config["target_modules"])  # peft's is in no order
    (entry.folder / CONFIG_FILE).write_text(canonical_json(config), encoding="utf-8")
    card = AdapterCard(
        name=entry.name,
        version=version,
        license=entry.license,
        base=entry.base.name,
        base_sha256=entry.base.weights.sha256,
        files={name: sha256_file(entry.folder / name) for name in DECISIVE},
    )
    written = canonical_json(card.model_dump(mode="json"))
    (entry.folder / CARD_FILE).write_text(written, encoding="utf-8")
    return card


if __name__ == "__main__":
    raise SystemExit(main())
