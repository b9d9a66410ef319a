"""Public pages and feeds: server-made HTML that needs no script."""
