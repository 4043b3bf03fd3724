"""The grammar that several rules for relations use."""
