"""Tasks and who does which one next."""
