"""From a full cart to a receipt."""
