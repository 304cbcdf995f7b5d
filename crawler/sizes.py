"""Bytes in words."""

from __future__ import annotations


def size_told(size: int) -> str:
    """Return a number of bytes as ``12 kB``, ``3.4 MB`` or ``5.6 GB`` (1 GB is 1024 MB)."""
    for unit, bytes_ in (("GB", 1 << 30), ("MB", 1 << 20)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size / 1024:.0f} kB"
