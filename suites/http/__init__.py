"""What HTTP itself asks of a gateway, whichever API is spoken."""
