"""What a network computes, number by number, and which of its inputs matter."""
