"""All machine code: pairs of Bloch vectors, density matrices, gates, random numbers, and how they are compiled."""
