"""The schedule: figures, reasons, and what it saves."""
