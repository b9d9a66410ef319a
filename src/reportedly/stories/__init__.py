"""Which reports tell of one happening, which reuse another's text, and how many origins a story may have."""

from reportedly.stories.open_stories import Arrival, OpenStories

__all__ = ["Arrival", "OpenStories"]
