"""What order APIs have in common: schedules of plans, and how plans and explanations look."""
