"""What encoder and generator share: devices, and loading through transformers without noise."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import ModelError

if TYPE_CHECKING:
    import torch

# Read by OpenMP when torch is loaded, which is after this module. By default its threads spin while
# they wait for each other; beside other work on the same two cores twelve completions then took
# eight minutes instead of 23 seconds. Alone it makes no difference, and it changes no bit.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

Dtype = Literal["float32", "bfloat16"]

_LOCAL = {"local_files_only": True, "trust_remote_code": False}
"""No network call, and no code from a model's folder."""


def pick_device(device: str) -> torch.device:
    """Return the device that `device` names; `auto` takes a CUDA GPU when there is one, else CPU.

    Raises:
        ModelError: no such device here.
    """
    import torch

    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    mend = "use auto, cpu, cuda, cuda:1 or mps"
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"device {device!r}", "is not usable on this machine", mend) from error
    return chosen


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' progress bars and warnings off stderr: what matters is raised."""
    import transformers.utils

    logging: Any = transformers.utils.logging  # not typed
    verbosity = logging.get_verbosity()
    bars = logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def load_config(folder: Path, name: str) -> Any:
    """Return the configuration of the model in `folder`.

    Raises:
        ModelError: it is missing or not understood.
    """
    from transformers import AutoConfig

    return _loaded(name, lambda: AutoConfig.from_pretrained(folder, **_LOCAL))


def load_tokenizer(folder: Path, name: str) -> Any:
    """Return the tokenizer of the model in `folder`.

    Raises:
        ModelError: it is missing or not understood.
    """
    from transformers import AutoTokenizer

    return _loaded(name, lambda: AutoTokenizer.from_pretrained(folder, **_LOCAL))


def load_model(
    auto_class: Any,
    folder: Path,
    name: str,
    *,
    device: torch.device,
    dtype: Dtype,
    unneeded: tuple[str, ...] = (),
) -> Any:
    """Return the model in `folder`, ready to run, loaded by the transformers class `auto_class`.

    Weights that the folder lacks would be filled with noise; only those whose names hold one of
    `unneeded` may be missing.

    Raises:
        ModelError: files are missing or damaged, or do not make such a model.
    """
    import torch

    model, notes = _loaded(
        name,
        lambda: auto_class.from_pretrained(
            folder, dtype=getattr(torch, dtype), output_loading_info=True, **_LOCAL
        ),
    )
    missing = sorted(
        key for key in notes["missing_keys"] if not any(part in key for part in unneeded)
    )
    if missing:
        what = f"lacks {len(missing)} weights of a {type(model).__name__}, {missing[0]} first"
        raise ModelError(name, what, "it is a model of another kind: name one that fits the role")
    return model.to(device).eval()


def _loaded(name: str, load: Any) -> Any:
    try:
        with quiet():
            return load()
    except Exception as error:  # transformers, tokenizers and safetensors raise many types
        reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        what = f"cannot be loaded ({reason})"
        mend = "name a model folder with config.json, tokenizer.json and safetensors weights"
        raise ModelError(name, what, mend) from error


def positions(config: Any) -> int:
    """Return how many tokens the model can take in at once; very many where it names no limit."""
    part = config.get_text_config()
    stated: int | None = getattr(
        part, "max_encoder_position_embeddings", getattr(part, "max_position_embeddings", None)
    )
    return sys.maxsize if stated is None else stated
