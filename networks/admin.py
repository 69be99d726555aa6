"""Django looks for admin pages in this module: those of kits stand in their own."""

from networks import kit_admin

__all__ = ["kit_admin"]
