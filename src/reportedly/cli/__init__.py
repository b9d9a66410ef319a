"""Commands, settings and composition: the only room that knows all the others."""
