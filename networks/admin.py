"""Networks in the admin."""

from networks import news_admin, shelf_admin

__all__ = ["news_admin", "shelf_admin"]
