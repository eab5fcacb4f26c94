"""The operator's commands, ``turnup orders`` and ``turnup fallout``: clients of the HTTP APIs."""
