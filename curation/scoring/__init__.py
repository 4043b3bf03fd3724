"""How well predictions match gold, and annotators each other: counts first, rates when asked for."""
