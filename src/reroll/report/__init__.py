"""From counts to an answer that people read: comparisons, view records, site, terminal and exports."""
