"""A trained model and its file."""
