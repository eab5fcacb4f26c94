"""TMF622 Product Ordering: orders for products, carried out by service orders."""

from tmf622_product_ordering.resources import API

__all__ = ["API"]
