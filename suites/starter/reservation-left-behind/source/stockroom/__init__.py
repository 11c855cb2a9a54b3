"""Stock, orders and the reservations between them."""
