"""Directed checks of the S3 API, one file for each moment of a registry's conversation."""
