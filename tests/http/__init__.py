"""HTTP: its parts alone, and the whole server over HTTP."""
