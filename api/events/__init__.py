"""Events: made with each change, kept in the log, told to subscribers."""
