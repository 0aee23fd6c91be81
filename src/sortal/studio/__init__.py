"""The studio: the whole of Sortal in a browser, on this machine alone."""
