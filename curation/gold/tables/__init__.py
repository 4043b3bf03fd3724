"""The rows of the dataset as Parquet files, and the views that are ready to train on."""
