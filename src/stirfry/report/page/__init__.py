"""A run's report as one page of HTML."""
