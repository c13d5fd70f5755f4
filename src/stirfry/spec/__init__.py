"""What is to be done, as frozen and validated data: network, plan, recipe."""
