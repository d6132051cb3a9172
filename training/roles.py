"""Train the role head on data/roles.jsonl: `python -m training.roles [--report FILE]`.

Prints cross-validated macro-F1 with folds by subject area, so that a fold's sentences come from
areas that the head has never seen, and writes data/roles.npz fitted on all sentences.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, f1_score

from pipeline.analysis.roles import ROLES, WEIGHTS
from pipeline.analysis.surface import FEATURES, surface_features
from pipeline.local_models import load_encoder
from pipeline.resources import shipped_root
from pipeline.settings import cache_home

INVERSE_REGULARISATION = 0.01
"""Best macro-F1 over 0.003, 0.01, 0.03 in the same cross-validation."""


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--report", type=Path, help="also write the report to this Markdown file")
    arguments = parser.parse_args()
    root = shipped_root()
    lines = (root / "data/roles.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [row["text"] for row in rows]
    roles = np.array([row["role"] for row in rows])
    areas = np.array([row["area"] for row in rows])
    encoder = load_encoder("all-minilm-l6-v2", cache_home(dict(os.environ)), device="cpu")
    vectors = encoder.encode(texts)
    surface = np.stack([surface_features(text) for text in texts])

    predicted = np.empty_like(roles)
    for area in np.unique(areas):
        held_out = areas == area
        features, mean, scale = _standardise(vectors[~held_out], surface[~held_out])
        model = _fit(features, roles[~held_out])
        unseen = np.hstack([_widen(vectors[held_out]), (surface[held_out] - mean) / scale])
        predicted[held_out] = model.predict(unseen)
    report = _report(roles, predicted, areas)
    print(report)  # noqa: T201
    if arguments.report:
        arguments.report.write_text(report + "\n", encoding="utf-8")

    features, mean, scale = _standardise(vectors, surface)
    model = _fit(features, roles)
    order = [list(model.classes_).index(role.value) for role in ROLES]
    np.savez(
        root / WEIGHTS,
        weights=model.coef_[order].astype(np.float32),
        bias=model.intercept_[order].astype(np.float32),
        mean=mean,
        scale=scale,
        features=np.array(FEATURES),
        encoder_sha256=np.array(encoder.identity.sha256),
    )


def _widen(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    widened: NDArray[np.float32] = vectors * np.sqrt(vectors.shape[1]).astype(np.float32)
    return widened


def _standardise(
    vectors: NDArray[np.float32], surface: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    mean, scale = surface.mean(axis=0), surface.std(axis=0) + 1e-6
    return np.hstack([_widen(vectors), (surface - mean) / scale]), mean, scale


def _fit(features: NDArray[np.float32], roles: NDArray[np.str_]) -> LogisticRegression:
    return LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000, tol=1e-5).fit(
        features, roles
    )


def _report(roles: NDArray[np.str_], predicted: NDArray[np.str_], areas: NDArray[np.str_]) -> str:
    names = [role.value for role in ROLES]
    table = confusion_matrix(roles, predicted, labels=names)
    by_area = {
        area: f1_score(roles[areas == area], predicted[areas == area], average="macro")
        for area in np.unique(areas)
    }
    header = "| true \\ predicted | " + " | ".join(names) + " |"
    return "\n".join(
        [
            "# The role head",
            "",
            f"`python -m training.roles` on {len(roles)} sentences of data/roles.jsonl; "
            f"{len(by_area)} folds, one a subject area.",
            "",
            f"Macro-F1: **{f1_score(roles, predicted, average='macro'):.3f}**",
            "",
            header,
            "|---" * (len(names) + 1) + "|",
            *(
                f"| {name} | " + " | ".join(str(count) for count in row) + " |"
                for name, row in zip(names, table, strict=True)
            ),
            "",
            "| unseen area | macro-F1 |",
            "|---|---|",
            *(f"| {area} | {score:.3f} |" for area, score in by_area.items()),
            "",
            "```",
            classification_report(roles, predicted, labels=names, digits=3).rstrip(),
            "```",
        ]
    )


if __name__ == "__main__":
    main()
