"""The studio: the whole of Sortal in a browser, on this machine alone."""

from sortal.studio.serving import DEFAULT_PORT, serve

__all__ = ["DEFAULT_PORT", "serve"]
