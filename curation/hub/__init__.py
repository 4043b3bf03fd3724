"""The Hugging Face Hub: one commit and one tag for each version of the dataset."""
