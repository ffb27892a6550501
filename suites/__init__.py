"""What we claim about a gateway, readable by someone who knows Swift or S3 but not this project."""
