"""The adapters, file for file."""
