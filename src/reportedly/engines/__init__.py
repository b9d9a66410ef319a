"""Adapters of a few small ports. The search index is the first."""
