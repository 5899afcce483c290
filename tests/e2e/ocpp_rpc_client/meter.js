import { toIso } from "./clock.js";

/** One sample of the outlet; leaves out whatever the standard lets a charger leave out. */
export function sample(outlet, measurands, now) {
  const readers = {
    "Current.Import": () => phased("Current.Import", outlet.currentsA, "A"),
    Voltage: () => phased("Voltage", [outlet.voltage, outlet.voltage, outlet.voltage], "V"),
    "Power.Active.Import": () => [
      { value: outlet.powerW.toFixed(0), measurand: "Power.Active.Import", unit: "W" },
    ],
    // the measurand and unit that hold where none is named
    "Energy.Active.Import.Register": () => [{ value: registerWh(outlet).toString() }],
  };
  return {
    timestamp: toIso(now),
    sampledValue: measurands.flatMap((measurand) => readers[measurand]()),
  };
}

export const registerWh = (outlet) => Math.round(outlet.energyWh);

function phased(measurand, values, unit) {
  return values.map((value, index) => ({
    value: value.toFixed(1),
    measurand,
    phase: `L${index + 1}`,
    unit,
  }));
}
