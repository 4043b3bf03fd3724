"""The port to a Label Studio server, its real side and its twin in memory."""
