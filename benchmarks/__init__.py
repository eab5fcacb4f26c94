"""Measurements side by side in one run: the figures are ratios, never promises of a machine."""
