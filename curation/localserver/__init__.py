"""A Label Studio of one's own: installed, started, stopped."""
