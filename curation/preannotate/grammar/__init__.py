"""What several relation rules ask of a parsed sentence."""
