"""A run for other programs: tables, logs for inspect, trackers, a summary for a pull request."""
