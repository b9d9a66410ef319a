"""A news wire that shows who says so."""
