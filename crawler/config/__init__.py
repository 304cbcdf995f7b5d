"""The config: newshawk.toml, found, read and checked."""

from crawler.config.load import CONFIG_NAME, find_config, load_config
from crawler.config.model import Config, Login, Mail, Network, Ops, Store

__all__ = ["CONFIG_NAME", "Config", "Login", "Mail", "Network", "Ops", "Store", "find_config", "load_config"]
