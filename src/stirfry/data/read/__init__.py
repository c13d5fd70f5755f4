"""The readers, one file for each kind of source."""
