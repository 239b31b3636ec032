"""Policies that act in NumPy."""

from .policy import Action, Policy

__all__ = ["Action", "Policy"]
