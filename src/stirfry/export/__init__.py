"""A run or a model in other forms: a PyTorch script, a graph."""
