"""The dataset card and the files beside it, made from data and dataset.toml alone."""
