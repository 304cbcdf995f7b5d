"""What newshawk's TOML files may say, and how a mistake in them is told: file:line, cause, cure.

The config (crawler/config) and the catalogue of outlets (crawler/outlets) are read by the same means.
"""
