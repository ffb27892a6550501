"""Defects of the past and present that no other room claims: one check for each."""
