"""Tests of TMF640."""
