"""The static site: what each page shows, how it is laid out, and the templates."""
