"""What a report works out: plain arithmetic on a run's data and answers."""
