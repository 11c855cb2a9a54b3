"""Reports on the readings of an electricity meter."""
