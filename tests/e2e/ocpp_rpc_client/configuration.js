const MEASURANDS = new Set([
  "Current.Import",
  "Energy.Active.Import.Register",
  "Power.Active.Import",
  "Voltage",
]);

const isCount = (value) => /^\d+$/.test(value);
const areMeasurands = (value) => value.split(",").every((name) => MEASURANDS.has(name.trim()));

/** A charger's keys; `accepts` says what may be written, and is missing where nothing may. */
export class Configuration {
  #keys = new Map(
    Object.entries({
      ChargeProfileMaxStackLevel: { value: "3" },
      ChargingScheduleAllowedChargingRateUnit: { value: "Current,Power" },
      ChargingScheduleMaxPeriods: { value: "4" },
      ConnectionTimeOut: { value: "60", accepts: isCount },
      HeartbeatInterval: { value: "300", accepts: isCount },
      MaxChargingProfilesInstalled: { value: "6" },
      MeterValueSampleInterval: { value: "60", accepts: isCount },
      MeterValuesSampledData: { value: "Energy.Active.Import.Register", accepts: areMeasurands },
      NumberOfConnectors: { value: "1" },
      SupportedFeatureProfiles: { value: "Core,SmartCharging,RemoteTrigger" },
    }),
  );

  count(name) {
    return Number(this.#keys.get(name).value);
  }

  list(name) {
    return this.#keys.get(name).value.split(",").map((item) => item.trim());
  }

  /** What GetConfiguration answers. */
  read(names) {
    const wanted = names?.length ? names : [...this.#keys.keys()];
    return {
      configurationKey: wanted
        .filter((key) => this.#keys.has(key))
        .map((key) => {
          const { value, accepts } = this.#keys.get(key);
          return { key, readonly: accepts === undefined, value };
        }),
      unknownKey: wanted.filter((key) => !this.#keys.has(key)),
    };
  }

  /** What ChangeConfiguration answers. */
  write(name, value) {
    const key = this.#keys.get(name);
    if (key === undefined) return "NotSupported";
    if (!key.accepts?.(value)) return "Rejected";
    key.value = value;
    return "Accepted";
  }
}
