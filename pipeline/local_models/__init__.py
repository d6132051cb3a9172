"""Local models: what is known by name, how it gets here, and running it on this machine.

The only importers of torch and transformers, and only when a model is loaded.
"""

from __future__ import annotations

from pipeline.local_models.loading import (
    load_encoder,
    load_entailment,
    load_generator,
    load_reader,
    pull_model,
)
from pipeline.local_models.pull import Carriers, ModelStatus, pull, pull_from_hub, status
from pipeline.local_models.registry import (
    REGISTRY,
    AdapterEntry,
    HubModel,
    LocalModel,
    RegistryEntry,
    resolve,
)

__all__ = [
    "REGISTRY",
    "AdapterEntry",
    "Carriers",
    "HubModel",
    "LocalModel",
    "ModelStatus",
    "RegistryEntry",
    "load_encoder",
    "load_entailment",
    "load_generator",
    "load_reader",
    "pull",
    "pull_from_hub",
    "pull_model",
    "resolve",
    "status",
]
