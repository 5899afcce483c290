"""The OCPP central system that chargers dial in to; knows nothing of Home Assistant."""
