"""A server that does to its clients whatever a broken or malicious gateway may do, and the checks that meet it."""
