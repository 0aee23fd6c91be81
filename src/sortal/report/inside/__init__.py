"""The page on what happens to one picture inside a network."""

from sortal.report.inside.page import inside_page, page_data

__all__ = ["inside_page", "page_data"]
