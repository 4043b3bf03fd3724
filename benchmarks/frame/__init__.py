"""What every benchmark shares: the form of a figure, things to measure with, the table."""
