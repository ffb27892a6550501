"""Before and after an upgrade: what was written on a gateway is there later, whole, and can be gone on with."""
