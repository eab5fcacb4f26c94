"""Fulfilment knowledge as data: what a product is made of and how each service comes up."""
