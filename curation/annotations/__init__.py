"""What annotators did to a document: its record, what they agree on, where they differ."""
