"""Ratios, measured side by side in one run: what our code costs over the least that the same server could do."""
