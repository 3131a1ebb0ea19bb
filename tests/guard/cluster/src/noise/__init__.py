"""Gradient noise."""
