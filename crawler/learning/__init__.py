"""An outlet's template, learned from the texts that were extracted from its pages. Pure."""
