"""Documents and suggestions to Label Studio, each once."""
