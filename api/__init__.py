"""The framework: REST rules, storage, events and the process runtime. Knows no TMF API by name."""

__version__ = "0.1.0"
