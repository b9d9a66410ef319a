"""The line itself: from a page to a report that was read, traced and tagged. The same line runs everywhere."""
