"""What a run looks like: its curves."""
