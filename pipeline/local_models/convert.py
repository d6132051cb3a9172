"""GGUF files as float32 safetensors folders, converted once.

Dequantising on every start takes 16 to 50 seconds; the converted folder loads in one or two. The
conversion runs in a process of its own: it gives its memory back, and what transformers prints
stays out of our stderr. Run as `python -m pipeline.local_models.convert FILE FOLDER`.
"""

from __future__ import annotations

import importlib.metadata
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.local_models.model_folder import made_once
from pipeline.protocols import Progress, no_progress

MAGIC = b"GGUF"
"""How every such file begins."""


def conversion_folder(home: Path) -> Path:
    """Return the folder below `home` that holds the conversion.

    Its name tells the versions that made it, so that another version converts anew instead of
    using what its predecessor understood.
    """
    versions = "-".join(
        f"{package}-{importlib.metadata.version(package)}" for package in ("transformers", "gguf")
    )
    return home / f"converted-{versions}"


def converted(gguf: Path, home: Path, name: str, progress: Progress = no_progress) -> Path:
    """Return the safetensors folder made from the file `gguf`, making it below `home` if need be.

    A conversion that was damaged since is made again. `progress` hears ("convert NAME", 0, 1) and
    (…, 1, 1).

    Raises:
        ModelError: the file is no GGUF, damaged, or of an architecture that transformers cannot
            convert.
    """
    folder = conversion_folder(home)
    return made_once(
        folder, lambda staging: _convert_elsewhere(gguf, staging, name), name, "convert", progress
    )


def _convert_elsewhere(gguf: Path, folder: Path, name: str) -> None:
    """Run `convert` in a process of its own."""
    with gguf.open("rb") as file:
        start = file.read(len(MAGIC))
    if start != MAGIC:
        raise ModelError(name, "is no GGUF file", "name a .gguf file with a language model")
    command = [sys.executable, "-m", __name__, str(gguf.absolute()), str(folder.absolute())]
    done = subprocess.run(  # noqa: S603 - our own module, no shell
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        # The package is found where we found it, and the network is left alone.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    if done.returncode < 0:
        what = f"its conversion was stopped by signal {-done.returncode}"
        raise ModelError(name, what, "make sure that memory suffices: 4 bytes a parameter, twice")
    if done.returncode:
        check_whole(gguf, name)
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        what = f"the GGUF file cannot be converted ({reason})"
        raise ModelError(name, what, "name a GGUF file of an architecture transformers supports")


def check_whole(path: Path, name: str) -> None:
    """Read what the file says of its weights: where it has them all, its kind is the trouble.

    Only asked after a failure, for a large vocabulary takes seconds to read.

    Raises:
        ModelError: the file ends before its weights do, or contradicts itself.
    """
    import gguf

    try:
        gguf.GGUFReader(path)
    except (ValueError, IndexError, KeyError, struct.error) as error:
        what = f"is damaged or cut short ({error})"
        raise ModelError(name, what, "download it again") from error


def convert(gguf: Path, folder: Path) -> None:
    """Write the model in `gguf` as float32 safetensors, with its tokenizer, into `folder`."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = {"gguf_file": gguf.name, "local_files_only": True}
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **source)
    model: Any = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **source)
    # Loading has dequantised the weights, but the model still calls itself quantised, and such a
    # model transformers refuses to save.
    model.hf_quantizer = None
    model.is_quantized = False
    model.quantization_method = None
    model.config._is_quantized = False
    del model.config.quantization_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
