import { toIso } from "./clock.js";
import { Configuration } from "./configuration.js";
import { registerWh, sample } from "./meter.js";
import { Profiles } from "./profiles.js";

const CONNECTOR_ID = 1;
const FREE_TAG = "FREE"; // a car that is plugged in may charge
const CAR_PATIENCE_S = 10; // how long a car may hesitate before it counts as suspended
const MAX_STEP_S = 1; // small enough for every expiry to show

/** A charger with one connector: its car, transaction, profiles, and what it has to tell. */
export class Station {
  configuration = new Configuration();
  transaction = null; // { id, idTag, startedAt, meterStart }; the id comes with the answer
  #clock;
  #outlet;
  #line;
  #profiles;
  #isOperative = true;
  #outOfServiceLater = false;
  #wish = null; // who wants to start, and until when
  #hadCar = false;
  #hasFinished = false;
  #idleSince = null;
  #toldStatus = null;
  #sampledAt = -Infinity;
  #heartbeatAt = -Infinity;
  #steppedTo;

  constructor(clock, outlet, line) {
    this.#clock = clock;
    this.#outlet = outlet;
    this.#line = line;
    this.#profiles = new Profiles({
      maxInstalled: this.configuration.count("MaxChargingProfilesInstalled"),
      maxPeriods: this.configuration.count("ChargingScheduleMaxPeriods"),
      voltage: outlet.voltage,
    });
    this.#steppedTo = clock.now();
  }

  get limitA() {
    return this.#limitAt(this.#clock.now());
  }

  get status() {
    if (!this.#isOperative) return "Unavailable";
    if (this.#outlet.car === null) return "Available";
    if (!this.#mayCharge) return this.#hasFinished ? "Finishing" : "Preparing";
    if (!this.#outlet.isOffering) return "SuspendedEVSE";
    const idleMs = this.#idleSince === null ? 0 : this.#clock.now() - this.#idleSince;
    return idleMs > CAR_PATIENCE_S * 1000 ? "SuspendedEV" : "Charging";
  }

  get #mayCharge() {
    // one that began offline is let go on until the central system has its say
    return this.transaction !== null && (this.transaction.id !== undefined || !this.#line.isUp);
  }

  // What time brings.

  /** Catch up with the clock. */
  advance() {
    const now = this.#clock.now();
    while (this.#steppedTo < now) {
      const seconds = Math.min(MAX_STEP_S, (now - this.#steppedTo) / 1000);
      this.#steppedTo += seconds * 1000;
      this.#outlet.step(seconds);
      this.#step(this.#steppedTo);
    }
  }

  #step(now) {
    this.#followPlug(now);
    this.#startIfWanted(now);
    this.#outlet.limit(this.#mayCharge ? this.#limitAt(now) : 0);
    const isIdle = this.#mayCharge && this.#outlet.isOffering && this.#outlet.powerW === 0;
    this.#idleSince = isIdle ? (this.#idleSince ?? now) : null;
    if (this.status !== this.#toldStatus) this.tellStatus();
    this.#report(now);
  }

  #limitAt(now) {
    return Math.min(this.#profiles.limitA(now, this.transaction), this.#outlet.maxCurrentA);
  }

  #followPlug(now) {
    const hasCar = this.#outlet.car !== null;
    if (hasCar && !this.#hadCar) this.#wish = { idTag: FREE_TAG, until: Infinity };
    if (!hasCar) {
      if (this.transaction) this.#end("EVDisconnected");
      this.#hasFinished = false;
    }
    this.#hadCar = hasCar;
  }

  #startIfWanted(now) {
    if (this.#wish === null || !this.#isOperative || !this.#line.hasBooted) return;
    if (this.#outlet.car !== null) {
      this.#begin(this.#wish.idTag, now);
      this.#wish = null;
    } else if (now > this.#wish.until) {
      this.#wish = null;
    }
  }

  #report(now) {
    const isDue = (last, key) => {
      const intervalS = this.configuration.count(key);
      return intervalS > 0 && now - last >= intervalS * 1000;
    };
    if (isDue(this.#heartbeatAt, "HeartbeatInterval")) {
      this.#heartbeatAt = now;
      this.#line.tell("Heartbeat", {});
    }
    if (this.transaction && isDue(this.#sampledAt, "MeterValueSampleInterval")) {
      this.#sampledAt = now;
      this.#tellMeterValues();
    }
  }

  // What it tells.

  bootNotification() {
    return {
      chargePointVendor: "Loadstar tests",
      chargePointModel: "ocpp-rpc client",
      firmwareVersion: "1.0",
    };
  }

  /** Tell everything anew: the line has come up. */
  connected() {
    this.#toldStatus = null;
  }

  tellStatus() {
    this.#toldStatus = this.#line.isUp ? this.status : null;
    this.#line.tell("StatusNotification", {
      connectorId: CONNECTOR_ID,
      errorCode: "NoError",
      status: this.status,
    });
  }

  #tellMeterValues() {
    const { transaction } = this;
    const measurands = this.configuration.list("MeterValuesSampledData");
    const meterValue = [sample(this.#outlet, measurands, this.#clock.now())];
    this.#line.tell("MeterValues", () => ({
      connectorId: CONNECTOR_ID,
      transactionId: transaction?.id,
      meterValue,
    }));
  }

  #begin(idTag, now) {
    const transaction = { idTag, startedAt: now, meterStart: registerWh(this.#outlet) };
    this.transaction = transaction;
    this.#hasFinished = false;
    this.#sampledAt = -Infinity;
    this.#line.keep(
      "StartTransaction",
      () => ({
        connectorId: CONNECTOR_ID,
        idTag,
        meterStart: transaction.meterStart,
        timestamp: toIso(now),
      }),
      ({ transactionId, idTagInfo }) => {
        transaction.id = transactionId;
        if (idTagInfo.status !== "Accepted" && this.transaction === transaction) {
          this.#end("DeAuthorized");
        }
      },
    );
  }

  #end(reason) {
    const { transaction } = this;
    this.transaction = null;
    this.#profiles.clear({ chargingProfilePurpose: "TxProfile" });
    this.#hasFinished = true;
    if (this.#outOfServiceLater) this.#isOperative = this.#outOfServiceLater = false;
    const meterStop = registerWh(this.#outlet);
    const timestamp = toIso(this.#clock.now());
    this.#line.keep("StopTransaction", () => ({
      transactionId: transaction.id, // which may still be on its way now
      idTag: transaction.idTag,
      meterStop,
      timestamp,
      reason,
    }));
  }

  // What it is asked for: each returns the answer.

  getConfiguration({ key }) {
    return this.configuration.read(key);
  }

  changeConfiguration({ key, value }) {
    return { status: this.configuration.write(key, value) };
  }

  triggerMessage({ requestedMessage, connectorId = CONNECTOR_ID }) {
    if (connectorId !== CONNECTOR_ID) return { status: "Rejected" };
    const messages = {
      BootNotification: () => this.#line.tell("BootNotification", this.bootNotification()),
      Heartbeat: () => this.#line.tell("Heartbeat", {}),
      MeterValues: () => this.#tellMeterValues(),
      StatusNotification: () => this.tellStatus(),
    };
    if (!(requestedMessage in messages)) return { status: "NotImplemented" };
    setImmediate(messages[requestedMessage]); // after the answer
    return { status: "Accepted" };
  }

  remoteStartTransaction({ idTag, connectorId = CONNECTOR_ID }) {
    const isFree = this.#isOperative && this.transaction === null && connectorId === CONNECTOR_ID;
    if (isFree) {
      const patienceMs = this.configuration.count("ConnectionTimeOut") * 1000;
      this.#wish = { idTag, until: this.#clock.now() + patienceMs };
    }
    return { status: isFree ? "Accepted" : "Rejected" };
  }

  remoteStopTransaction({ transactionId }) {
    const isRunning = this.transaction?.id === transactionId;
    if (isRunning) this.#end("Remote");
    return { status: isRunning ? "Accepted" : "Rejected" };
  }

  changeAvailability({ type }) {
    const isOperative = type === "Operative";
    if (this.transaction && !isOperative) {
      this.#outOfServiceLater = true;
      return { status: "Scheduled" };
    }
    this.#isOperative = isOperative;
    this.#outOfServiceLater = false;
    return { status: "Accepted" };
  }

  setChargingProfile({ connectorId, csChargingProfiles }) {
    return { status: this.#profiles.install(connectorId, csChargingProfiles, this.transaction) };
  }

  clearChargingProfile(criteria) {
    return { status: this.#profiles.clear(criteria) };
  }

  getCompositeSchedule({ connectorId, duration, chargingRateUnit = "A" }) {
    if (![0, CONNECTOR_ID].includes(connectorId)) return { status: "Rejected" };
    const now = this.#clock.now();
    const factor = chargingRateUnit === "W" ? this.#outlet.voltage * 3 : 1;
    const maxCurrentA = this.#outlet.maxCurrentA;
    const periods = this.#profiles.composite(now, duration, this.transaction, maxCurrentA);
    return {
      status: "Accepted",
      connectorId,
      scheduleStart: toIso(now),
      chargingSchedule: {
        duration,
        chargingRateUnit,
        chargingSchedulePeriod: periods.map(({ startPeriod, limit }) => ({
          startPeriod,
          limit: Math.round(limit * factor * 10) / 10,
        })),
      },
    };
  }
}
