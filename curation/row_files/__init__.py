"""Rows of files that other programs wrote: CSV, JSON, Parquet, and what datasets saved."""
