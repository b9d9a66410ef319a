"""Which reports tell of one happening, which reuse another's text, and how many origins a story may have."""

from reportedly.stories.open_stories import Arrival, OpenStories
from reportedly.stories.origins import Member, count_origins

__all__ = ["Arrival", "Member", "OpenStories", "count_origins"]
