"""Label Studio: tasks to it, annotations from it, and a local one to work with."""
