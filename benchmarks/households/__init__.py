"""Random hours of homes with whole simulated chargers, in simulated time."""
