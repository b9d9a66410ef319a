"""Which subjects a report names, and which it is about."""

from reportedly.tag.keys import key_of
from reportedly.tag.tagging import RULE, tag
from reportedly.tag.vocabulary import Vocabulary

__all__ = ["RULE", "Vocabulary", "key_of", "tag"]
