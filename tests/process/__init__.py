"""The process runtime, on fake time."""
