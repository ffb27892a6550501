"""What others wrote and we install: its hashes, its known vulnerabilities, whether somebody looks after it."""
