"""A collection laid out as a map, from a folder to a site; its parts are in ``sortal.map``.

Nothing here is imported before a person asks for a map.
"""
