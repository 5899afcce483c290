const DAY_S = 86_400;

/** The charging profiles of a charger with one connector, and what they amount to (OCPP 1.6, 3.13). */
export class Profiles {
  #installed = []; // { connectorId, profile }
  #maxInstalled;
  #maxPeriods;
  #voltage;

  constructor({ maxInstalled, maxPeriods, voltage }) {
    this.#maxInstalled = maxInstalled;
    this.#maxPeriods = maxPeriods;
    this.#voltage = voltage;
  }

  /** Keep a profile in place of the one that it replaces; return what SetChargingProfile answers. */
  install(connectorId, profile, transaction) {
    const others = this.#installed.filter(
      (other) => !isSamePlace(other, { connectorId, profile }),
    );
    const isFine =
      others.length < this.#maxInstalled &&
      this.#isWellFormed(profile) &&
      isInPlace(connectorId, profile, transaction);
    if (isFine) this.#installed = [...others, { connectorId, profile }];
    return isFine ? "Accepted" : "Rejected";
  }

  /** Drop what meets every criterion, an id deciding alone; return what ClearChargingProfile answers. */
  clear({ id, connectorId, chargingProfilePurpose, stackLevel }) {
    const kept = this.#installed.filter((one) => {
      if (id !== undefined) return one.profile.chargingProfileId !== id;
      return !(
        [undefined, one.connectorId].includes(connectorId) &&
        [undefined, one.profile.chargingProfilePurpose].includes(chargingProfilePurpose) &&
        [undefined, one.profile.stackLevel].includes(stackLevel)
      );
    });
    const hasCleared = kept.length < this.#installed.length;
    this.#installed = kept;
    return hasCleared ? "Accepted" : "Unknown";
  }

  /** A per phase at a time, or Infinity where nothing limits. */
  limitA(now, transaction) {
    const ceiling = this.#prevailing("ChargePointMaxProfile", 0, now, transaction);
    const own = transaction && this.#prevailing("TxProfile", 1, now, transaction);
    const usual =
      own ??
      this.#prevailing("TxDefaultProfile", 1, now, transaction) ??
      this.#prevailing("TxDefaultProfile", 0, now, transaction);
    return Math.min(usual ?? Infinity, ceiling ?? Infinity);
  }

  /** The periods of a composite schedule, second by second: slow, and beyond doubt. */
  composite(now, seconds, transaction, maxCurrentA) {
    const periods = [];
    for (let second = 0; second < seconds; second += 1) {
      const limit = Math.min(this.limitA(now + second * 1000, transaction), maxCurrentA);
      if (periods.at(-1)?.limit !== limit) periods.push({ startPeriod: second, limit });
    }
    return periods;
  }

  /** The limit of the highest level that says anything now. */
  #prevailing(purpose, connectorId, now, transaction) {
    const limits = this.#installed
      .filter((one) => one.connectorId === connectorId)
      .map((one) => one.profile)
      .filter((profile) => profile.chargingProfilePurpose === purpose)
      .sort((one, other) => other.stackLevel - one.stackLevel)
      .map((profile) => this.#limitOf(profile, now, transaction));
    return limits.find((limit) => limit !== undefined);
  }

  #limitOf(profile, now, transaction) {
    if (profile.validFrom && now < Date.parse(profile.validFrom)) return undefined;
    if (profile.validTo && now >= Date.parse(profile.validTo)) return undefined;
    const { chargingSchedulePeriod, chargingRateUnit, duration = Infinity } = profile.chargingSchedule;
    const elapsed = elapsedS(profile, now, transaction);
    if (elapsed < 0 || elapsed >= duration) return undefined;
    const period = chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= elapsed);
    if (chargingRateUnit === "A") return period.limit;
    return period.limit / this.#voltage / (period.numberPhases ?? 3);
  }

  #isWellFormed({ chargingSchedule: { chargingSchedulePeriod: periods } }) {
    return (
      periods.length > 0 &&
      periods.length <= this.#maxPeriods &&
      periods.every(({ startPeriod, limit }, index) => {
        const follows = index === 0 ? startPeriod === 0 : startPeriod > periods[index - 1].startPeriod;
        return follows && limit >= 0;
      })
    );
  }
}

/** Seconds since a profile's schedule began; one without a start begins with the transaction. */
function elapsedS(profile, now, transaction) {
  const { startSchedule } = profile.chargingSchedule;
  if (profile.chargingProfileKind === "Relative" || startSchedule === undefined) {
    return transaction ? (now - transaction.startedAt) / 1000 : 0;
  }
  const elapsed = (now - Date.parse(startSchedule)) / 1000;
  if (profile.chargingProfileKind !== "Recurring") return elapsed;
  return elapsed % (profile.recurrencyKind === "Weekly" ? 7 * DAY_S : DAY_S);
}

function isInPlace(connectorId, { chargingProfilePurpose: purpose, transactionId }, transaction) {
  if (purpose === "ChargePointMaxProfile") return connectorId === 0;
  if (purpose !== "TxProfile") return [0, 1].includes(connectorId);
  return connectorId === 1 && transaction && [undefined, transaction.id].includes(transactionId);
}

function isSamePlace(one, other) {
  return (
    one.profile.chargingProfileId === other.profile.chargingProfileId ||
    (one.connectorId === other.connectorId &&
      one.profile.chargingProfilePurpose === other.profile.chargingProfilePurpose &&
      one.profile.stackLevel === other.profile.stackLevel)
  );
}
