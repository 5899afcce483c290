"""Energy meters that only count up."""

from loadstar_engine.simulation import HouseState

_JOULES_PER_KWH = 3_600_000.0


class EnergyCounters:
    """Sums the house's powers; the grid's by the sum of its phases."""

    def __init__(self, voltage: float) -> None:
        """Begin at nought."""
        self._voltage = voltage
        self.kwh = dict.fromkeys(
            ("grid_import", "grid_export", "pv", "battery_charge", "battery_discharge"), 0.0
        )

    def step(self, state: HouseState, dt_s: float) -> None:
        """Count the energy of ``dt_s`` seconds."""
        grid_w = sum(state.grid_a) * self._voltage
        powers = {
            "grid_import": grid_w,
            "grid_export": -grid_w,
            "pv": state.pv_w,
            "battery_charge": state.battery_power_w,
            "battery_discharge": -state.battery_power_w,
        }
        self.kwh = {
            key: counted + max(0.0, powers[key]) * dt_s / _JOULES_PER_KWH
            for key, counted in self.kwh.items()
        }
