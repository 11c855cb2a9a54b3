"""The feed of a site, page by page."""
