"""Writes and reads the model: one ONNX file with its card; checks parity after writing."""
