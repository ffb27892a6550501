"""The same gateway through the clients that people use."""
