"""Prices from other integrations: one file per format, each with ``detect()`` and ``extract()``."""
