"""What the Swift API promises, as far as registries lean on it: one file per moment of a conversation."""
