"""Label Studio: tasks to it, annotations from it."""
