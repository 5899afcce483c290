"""The parts of a home, in the order in which they refer to each other."""

from ..site import Device, Part, Site
from ..types import KeplerInput
from .balance import Balance, Exchange
from .battery import Battery
from .car import Car
from .circuit import Circuit
from .deferrable import Deferrable
from .grid import GridLimits
from .inverter import Inverter
from .peak import Peak
from .phases import Phases
from .shaping import ExportThreshold, Ramp
from .water import Water


class Home:
    """Every device and law of a problem; a new kind of device is a new file and a line here."""

    def __init__(self, problem: KeplerInput) -> None:
        """Make a part of each device that the problem has."""
        self.exchange = Exchange()
        self.batteries = [Battery(battery) for battery in problem.batteries]
        self.devices: list[Device] = [
            *self.batteries,
            *(Car(car) for car in problem.cars),
            *(Water(water) for water in problem.water_heaters),
            *(Deferrable(load) for load in problem.deferrables),
        ]
        self.balance = Balance(self.exchange)
        self.phases = Phases(self.exchange)
        self.peaks = [Peak(peak, self.exchange) for peak in problem.peaks]
        self.parts: list[Part] = [
            self.exchange,
            *self.devices,
            self.balance,
            self.phases,
            Inverter(),
            *(Circuit(circuit, kw) for circuit, kw in problem.grid.circuits.items()),
            GridLimits(self.exchange),
            *self.peaks,
            *(Ramp(battery) for battery in self.batteries),
            ExportThreshold(self.exchange, self.batteries),
        ]

    def add(self, site: Site) -> None:
        """Let every part add what it is made of."""
        for part in self.parts:
            part.add(site)
