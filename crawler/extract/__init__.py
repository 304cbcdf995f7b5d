"""From the bytes of a page to a draft. Pure; runs in a parser process."""
