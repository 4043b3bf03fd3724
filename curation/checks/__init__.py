"""
The checks of documents, in two kinds:

* problems, which must be mended before a document is gold: against_schema, edge_problems;
* remarks, which are only worth a look: edge_remarks, remarks.
"""
