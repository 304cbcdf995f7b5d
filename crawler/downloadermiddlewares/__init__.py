"""On the way to the network and back: one plug a file."""
