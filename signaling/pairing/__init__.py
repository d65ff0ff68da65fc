"""Paired room devices, companions from the hall and guests by link."""
