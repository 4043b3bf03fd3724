"""What flows: documents with their entities and relations, and how they are read and written."""
