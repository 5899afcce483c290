"""Share a home's power among its chargers, safely."""
