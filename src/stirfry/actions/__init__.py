"""One verb a file: the only rooms that the command line, Python and the estimators call."""
