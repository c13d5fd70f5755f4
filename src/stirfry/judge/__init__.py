"""How good a network is: metrics, how sure of them we are, and what it must beat."""
