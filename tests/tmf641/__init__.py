"""Tests of TMF641."""
