"""Label Studio: tasks are pushed there, annotations pulled from there."""
