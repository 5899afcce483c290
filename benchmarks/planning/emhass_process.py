"""Plans homes with EMHASS; run by a Python that has it, so nothing of this project is imported.

Reads one JSON object per line (kW, kWh and money per kWh, see ``side_by_side.py``), and writes
one for each: the plan in kWh per slot and the seconds it took.
"""

import json
import logging
from pathlib import Path
import sys
import time
from typing import Any

from emhass import optimization
import pandas as pd

DEFAULTS = Path(optimization.__file__).parent / "data" / "config_defaults.json"
PV, LOAD = "pv", "load"


def settings(home: dict[str, Any]) -> dict[str, Any]:
    """Return EMHASS's settings for a home, its other features off."""
    battery, car = home["battery"], home["car"]
    config: dict[str, Any] = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    return config | {
        "sensor_power_photovoltaics": PV,
        "sensor_power_load_no_var_loads": LOAD,
        "optimization_time_step": pd.Timedelta("15min"),
        "time_zone": "UTC",
        "delta_forecast_daily": 2,
        "costfun": "profit",
        "lp_solver_mip_rel_gap": home["gap"],
        "num_threads": 1,
        "set_nodischarge_to_grid": False,
        "compute_curtailment": True,
        "set_use_pv": True,
        "maximum_power_from_grid": 1000 * home["grid_kw"],
        "maximum_power_to_grid": 1000 * home["grid_kw"],
        "set_use_battery": True,
        # EMHASS limits discharging at the cells, this is the limit at the house
        "battery_discharge_power_max": 1000 * battery["kw"] / battery["efficiency"],
        "battery_charge_power_max": 1000 * battery["kw"],
        "battery_discharge_efficiency": battery["efficiency"],
        "battery_charge_efficiency": battery["efficiency"],
        "battery_nominal_energy_capacity": 1000 * battery["kwh"],
        "battery_minimum_state_of_charge": battery["least"],
        "battery_maximum_state_of_charge": 1.0,
        "weight_battery_discharge": home["wear"] / 2,
        "weight_battery_charge": home["wear"] / 2,
        "number_of_deferrable_loads": int(car is not None),
        "nominal_power_of_deferrable_loads": [1000 * car["most_kw"]] if car else [],
        "minimum_power_of_deferrable_loads": [1000 * car["least_kw"]] if car else [],
        "operating_hours_of_each_deferrable_load": [car["kwh"] / car["most_kw"]] if car else [],
        "start_timesteps_of_each_deferrable_load": [0] if car else [],
        "end_timesteps_of_each_deferrable_load": [car["until"]] if car else [],
        "treat_deferrable_load_as_semi_cont": [False] if car else [],
        "set_deferrable_load_single_constant": [False] if car else [],
        "set_deferrable_startup_penalty": [0.0] if car else [],
    }


def plan(home: dict[str, Any]) -> dict[str, Any]:
    """Plan a home and return its flows in kWh per slot."""
    config = settings(home)
    index = pd.date_range("2026-01-01", periods=len(home["pv_kw"]), freq="15min", tz="UTC")
    data = pd.DataFrame({"cost": home["import_price"], "price": home["export_price"]}, index=index)
    began = time.perf_counter()
    planner = optimization.Optimization(
        config, config, config, "cost", "price", "profit", {}, logging.getLogger("emhass")
    )
    result = planner.perform_dayahead_forecast_optim(
        data,
        pd.Series(home["pv_kw"], index=index) * 1000,
        pd.Series(home["load_kw"], index=index) * 1000,
        soc_init=home["battery"]["first"],
        soc_final=home["battery"]["last"],
    )
    seconds = time.perf_counter() - began
    kwh = result.select_dtypes("number") / 4000
    return {
        "seconds": seconds,
        "status": str(planner.optim_status),
        "battery_kwh": kwh["P_batt"].tolist(),
        "curtailed_kwh": kwh["P_PV_curtailment"].tolist(),
        "car_kwh": kwh["P_deferrable0"].tolist() if home["car"] else None,
    }


def main() -> None:
    """Answer line by line."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        print(json.dumps(plan(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
