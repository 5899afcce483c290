"""Control and the physics of a house in simulated time, without Home Assistant or OCPP."""
