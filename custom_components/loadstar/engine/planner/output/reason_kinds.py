"""The codes of reasons, a finite list: sentences and translations exist for each of them."""

from enum import StrEnum


class ReasonKind(StrEnum):
    """Why a slot, or a device, is planned as it is.

    The figures of each code are named behind it. Prices, savings and costs are money,
    per kWh but for ``cost`` and ``other_cost``; ``at`` and ``by`` are ISO time stamps
    in UTC; ``rank`` counts from 1 among the ``of`` slots of its local day; ``device``
    is a name. A slot's reason has ``limited_by`` (``LimitKind``) and ``limit_kw``
    besides where a limit binds.
    """

    # a slot, charging from the grid
    CHARGE_SAVES = "charge_saves"  # price, at, other_price, saved_per_kwh, device
    CHARGE_EXPORTS_LATER = "charge_exports_later"  # the same; sold at ``at``
    CHARGE_REPLACES = "charge_replaces"  # the same; what was used earlier, at ``at``
    CHARGE_FOR_AFTERWARDS = "charge_for_afterwards"  # price, device
    CHARGE_PAID = "charge_paid"  # price (negative), device
    CHARGE_FOR_RESERVE = "charge_for_reserve"  # price, soc_percent, device
    CHARGE_CHEAP = "charge_cheap"  # price, rank, of, device
    CHARGE_FLAT = "charge_flat"  # price (the same all day), device
    # a slot, charging from PV
    STORE_SAVES = "store_saves"  # price (lost by not exporting), at, other_price, saved_per_kwh
    STORE_EXPORTS_LATER = "store_exports_later"  # the same; sold at ``at``
    STORE_REPLACES = "store_replaces"  # the same; what was used earlier, at ``at``
    STORE_FOR_AFTERWARDS = "store_for_afterwards"  # price, device
    STORE_SURPLUS = "store_surplus"  # price, device
    # a slot, discharging
    DISCHARGE_SAVES = "discharge_saves"  # price, at, other_price, saved_per_kwh: charged at ``at``
    DISCHARGE_REFILLED = "discharge_refilled"  # the same: charged again later, at ``at``
    DISCHARGE_DEAR = "discharge_dear"  # price, rank, of, device
    DISCHARGE_FLAT = "discharge_flat"  # price (the same all day), device
    DISCHARGE_FOR_LIMIT = "discharge_for_limit"  # limited_by, limit_kw, device
    # a slot, exporting from a battery
    EXPORT_EARNS = "export_earns"  # price, at, other_price, saved_per_kwh: charged at ``at``
    EXPORT_REFILLED = "export_refilled"  # the same: charged again later, at ``at``
    EXPORT_DEAR = "export_dear"  # price, rank, of, device
    EXPORT_FLAT = "export_flat"  # price (the same all day), device
    # a slot, holding
    HOLD_FOR_DEARER = "hold_for_dearer"  # price, at, other_price, saved_per_kwh
    HOLD_FOR_AFTERWARDS = "hold_for_afterwards"  # price
    HOLD_FOR_RESERVE = "hold_for_reserve"  # soc_percent
    HOLD_WEAR = "hold_wear"  # price, wear_per_kwh: using it would cost more than it saves
    # a slot, idle
    IDLE_SUN_COVERS = "idle_sun_covers"  # no data
    IDLE_SUN_EXPORTED = "idle_sun_exported"  # price
    IDLE_FULL = "idle_full"  # price, soc_percent
    IDLE_EMPTY = "idle_empty"  # price, soc_percent
    IDLE_CURTAILS = "idle_curtails"  # price (of export), curtailed_kw
    IDLE_NO_BATTERY = "idle_no_battery"  # price
    # any slot
    ORDERED = "ordered"  # no data: the user's manual plan
    # a car
    CAR_CHEAPEST = "car_cheapest"  # price, mean_price (until ``by``), by, energy_kwh
    CAR_SURPLUS = "car_surplus"  # energy_kwh
    CAR_CHEAP_BEYOND = "car_cheap_beyond"  # price, energy_kwh
    CAR_MISSES_TIME = "car_misses_time"  # by, missing_kwh, max_kw
    CAR_MISSES_LIMIT = "car_misses_limit"  # by, missing_kwh: breaker or limit leaves too little
    CAR_MISSES_AWAY = "car_misses_away"  # by, missing_kwh: not there before
    CAR_DEPARTED = "car_departed"  # by: its goals' times have passed
    CAR_ORDERED = "car_ordered"  # energy_kwh
    CAR_DONE = "car_done"  # no data: nothing is left to charge
    CAR_LATER = "car_later"  # by: after this plan there is still time enough
    CAR_AWAY = "car_away"  # no data
    CAR_NO_GOAL = "car_no_goal"  # no data: no goal and no sun to spare
    # a water heater or a deferrable load
    WATER_CHEAPEST = "water_cheapest"  # price, mean_price, energy_kwh
    WATER_SURPLUS = "water_surplus"  # energy_kwh
    WATER_MISSES = "water_misses"  # missing_kwh
    WATER_WARM = "water_warm"  # no data: nothing is due
    LOAD_CHEAPEST = "load_cheapest"  # at, cost, other_cost: against starting at once
    LOAD_SURPLUS = "load_surplus"  # at
    LOAD_RUNS_FIRST = "load_runs_first"  # at: no later start is cheaper
    LOAD_FITS = "load_fits"  # at: the start at which the rest of the home fits best
    LOAD_MISSES = "load_misses"  # missing_kwh
    LOAD_NOT_DUE = "load_not_due"  # no data
    LOAD_ORDERED = "load_ordered"  # energy_kwh


class LimitKind(StrEnum):
    """What keeps a slot from more."""

    BREAKER = "breaker"
    IMPORT_LIMIT = "import_limit"
    EXPORT_LIMIT = "export_limit"
    INVERTER = "inverter"
    BATTERY_POWER = "battery_power"
    PEAK = "peak"
