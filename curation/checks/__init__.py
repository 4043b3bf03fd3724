"""Whether a document may be gold, and what in it is worth a look."""
