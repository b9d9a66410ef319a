"""The store: tables, the reading vocabulary over them, and the verbs that write."""
