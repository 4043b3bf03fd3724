"""Tasks returned to their annotators, with the reason on the screen."""
