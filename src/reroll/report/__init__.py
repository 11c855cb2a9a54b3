"""From counts to an answer that people read: comparisons, view records, the site, the terminal and exports."""
