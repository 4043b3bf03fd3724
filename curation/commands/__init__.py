"""One file a command: how it is typed, and what it says of what its flow did."""
