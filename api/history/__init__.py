"""The history of a resource: every change of its state, and of its items', with time and cause."""
