"""Events, subscriptions and their delivery, on fake time."""
