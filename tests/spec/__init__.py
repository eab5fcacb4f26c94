"""Tests of API descriptions and what is made of them."""
