"""The conformance suite: what it finds, and that it finds what is wrong."""
