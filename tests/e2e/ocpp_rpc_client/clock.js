/** A charger's own clock: milliseconds since 1970, which may run fast and be put forward. */
export class Clock {
  #base = Date.now();
  #since = performance.now();
  #speed = 1;

  now() {
    return this.#base + (performance.now() - this.#since) * this.#speed;
  }

  setSpeed(speed) {
    this.#base = this.now();
    this.#since = performance.now();
    this.#speed = speed;
  }

  skip(seconds) {
    this.#base += seconds * 1000;
  }
}

export const toIso = (ms) => new Date(ms).toISOString();
