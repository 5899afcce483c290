const MIN_CURRENT_A = 6; // IEC 61851: no duty cycle offers less

/** A value that follows what it is told after a while. */
class Lag {
  value = 0;
  #seconds;
  #now = 0;
  #told = 0;
  #orders = [];

  constructor(seconds) {
    this.#seconds = seconds;
  }

  tell(value) {
    if (value === this.#told) return;
    this.#told = value;
    this.#orders.push({ value, at: this.#now + this.#seconds });
  }

  step(seconds) {
    this.#now += seconds;
    while (this.#orders.length > 0 && this.#orders[0].at <= this.#now) {
      this.value = this.#orders.shift().value;
    }
  }
}

/** A charging point with its cable, and the car that may hang on it. */
export class Outlet {
  car = null; // { phases, reactionS }
  energyWh = 0;
  #offer;
  #draw = null;

  constructor({ maxCurrentA, reactionS, voltage = 230 }) {
    this.maxCurrentA = maxCurrentA;
    this.voltage = voltage;
    this.#offer = new Lag(reactionS);
  }

  get offeredA() {
    return this.#offer.value;
  }

  get isOffering() {
    return this.offeredA >= MIN_CURRENT_A;
  }

  /** A on L1, L2, L3. */
  get currentsA() {
    const drawn = this.#drawnA();
    return [0, 1, 2].map((phase) => (phase < (this.car?.phases ?? 0) ? drawn : 0));
  }

  get powerW() {
    return this.currentsA.reduce((sum, current) => sum + current * this.voltage, 0);
  }

  plug(car) {
    this.car = car;
    this.#draw = new Lag(car.reactionS);
  }

  unplug() {
    this.car = null;
    this.#draw = null;
  }

  /** Offer up to a current per phase; 0 pauses. */
  limit(currentA) {
    this.#offer.tell(currentA);
  }

  step(seconds) {
    this.#offer.step(seconds);
    this.#draw?.tell(this.offeredA);
    this.#draw?.step(seconds);
    this.energyWh += (this.powerW * seconds) / 3600;
  }

  #drawnA() {
    const allowed = this.#draw?.value ?? 0;
    return allowed < MIN_CURRENT_A ? 0 : allowed;
  }
}
