"""Frames of the wire contract, version 1, and their JSON encoding. No input or output."""
