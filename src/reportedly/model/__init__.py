"""The trained reader: names and attributions of a text, from weights that come with the package.

    Reader().read([text, ...]) -> [Labels, ...]

It labels; what a "she" stands for, and who speaks through whom, is worked out from its labels in `reportedly.trace`.
"""

from reportedly.model.labels import AttributionLabel, Labels, NameLabel
from reportedly.model.reader import Reader

__all__ = ["AttributionLabel", "Labels", "NameLabel", "Reader"]
