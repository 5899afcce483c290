"""The dynamic buffer of a site: stepped every quarter of an hour, kept and shown."""
