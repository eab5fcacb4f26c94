"""Whole orders over HTTP, told as stories: one file per thing that order management must do."""
