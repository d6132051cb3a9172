"""Speed and growth of the stages, as ratios measured side by side in one run."""
