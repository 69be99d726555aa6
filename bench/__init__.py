"""Measures the portal beside a floor: a bare Django project that does the least such pages can do."""
