"""The physics of a house, stepped by whoever owns the clock."""

from .battery import Battery, BatteryConfig
from .car import MIN_CURRENT_A, Car, CarConfig
from .driver import Driver, Trip
from .evse import Evse, EvseConfig
from .house import House, HouseConfig, HouseState, InverterConfig
from .loads import (
    DISHWASHER,
    FAMILY_HOME,
    FRIDGE,
    HEAT_PUMP,
    KETTLE,
    LIGHTS,
    OVEN,
    Appliance,
    CyclingLoad,
    DailyLoad,
    Load,
    Stage,
    StepLoad,
)
from .pv import Pv, PvConfig, PvPlant, clear_sky_w
from .water_heater import WaterHeater, WaterHeaterConfig

__all__ = [
    "DISHWASHER",
    "FAMILY_HOME",
    "FRIDGE",
    "HEAT_PUMP",
    "KETTLE",
    "LIGHTS",
    "MIN_CURRENT_A",
    "OVEN",
    "Appliance",
    "Battery",
    "BatteryConfig",
    "Car",
    "CarConfig",
    "CyclingLoad",
    "DailyLoad",
    "Driver",
    "Evse",
    "EvseConfig",
    "House",
    "HouseConfig",
    "HouseState",
    "InverterConfig",
    "Load",
    "Pv",
    "PvConfig",
    "PvPlant",
    "Stage",
    "StepLoad",
    "Trip",
    "WaterHeater",
    "WaterHeaterConfig",
    "clear_sky_w",
]
