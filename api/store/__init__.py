"""Documents and the event log, behind one narrow protocol with two implementations."""
