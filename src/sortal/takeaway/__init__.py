"""The page that goes with a model: a folder that runs it in any browser, from any static host."""

from sortal.takeaway.folder import FILES, MODEL_NAME, write_folder

__all__ = ["FILES", "MODEL_NAME", "write_folder"]
