"""Tests of TMF638."""
