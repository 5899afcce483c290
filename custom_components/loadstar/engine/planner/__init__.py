"""What is known now becomes a schedule for the next two days: ``generate_schedule``."""
