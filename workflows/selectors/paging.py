"""Lists in pages: as the trail's."""

from audit.paging import Page, Window, read_page

__all__ = ["Page", "Window", "read_page"]
