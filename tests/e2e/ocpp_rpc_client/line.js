import { setTimeout as sleep } from "node:timers/promises";
import ocppRpc from "ocpp-rpc";

const RETRY_MS = 500;

/** The way to the central system: ocpp-rpc dials, validates and matches answers to calls. */
export class Line {
  isUp = false; // connected and accepted
  hasBooted = false; // at least once
  connections = 0;
  refused = null; // why the first handshake failed
  #client;
  #complain;
  #queue = []; // { action, build, answered, isKept }
  #isSending = false;

  /** `complain` hears of whatever the central system got wrong. */
  constructor({ url, id, password }, complain) {
    this.#complain = complain;
    this.#client = new ocppRpc.RPCClient({
      endpoint: url,
      identity: id,
      password,
      protocols: ["ocpp1.6"],
      strictMode: true,
      callTimeoutMs: 20_000,
      pingIntervalMs: 20_000,
      backoff: { initialDelay: RETRY_MS, maxDelay: 1000, factor: 2, randomisationFactor: 0.25 },
    });
    this.#client.on("strictValidationFailure", ({ method, outbound, error }) => {
      complain(`${outbound ? "sent" : "got"} an invalid ${method}: ${error.message}`);
    });
    this.#client.on("badMessage", ({ error }) => complain(`got garbage: ${error.message}`));
  }

  /** Stay connected, as `station`. */
  async run(station) {
    this.#listen(station);
    this.#client.on("open", () => this.#boot(station));
    this.#client.on("disconnect", () => this.#down());
    await this.#dial();
  }

  async drop() {
    await this.#client.close({ force: true });
    await this.#dial();
  }

  /** Send what matters only now; while the line is down it is forgotten. */
  tell(action, payload) {
    if (!this.isUp) return;
    const build = typeof payload === "function" ? payload : () => payload;
    this.#put({ action, build, isKept: false });
  }

  /** Send what has to arrive, even after hours. */
  keep(action, build, answered) {
    this.#put({ action, build, answered, isKept: true });
  }

  #listen(station) {
    const answers = {
      ChangeAvailability: (payload) => station.changeAvailability(payload),
      ChangeConfiguration: (payload) => station.changeConfiguration(payload),
      ClearChargingProfile: (payload) => station.clearChargingProfile(payload),
      GetCompositeSchedule: (payload) => station.getCompositeSchedule(payload),
      GetConfiguration: (payload) => station.getConfiguration(payload),
      RemoteStartTransaction: (payload) => station.remoteStartTransaction(payload),
      RemoteStopTransaction: (payload) => station.remoteStopTransaction(payload),
      SetChargingProfile: (payload) => station.setChargingProfile(payload),
      TriggerMessage: (payload) => station.triggerMessage(payload),
    };
    for (const [action, answer] of Object.entries(answers)) {
      this.#client.handle(action, ({ params }) => answer(params));
    }
  }

  /** Dial until it works once; from then on ocpp-rpc dials again by itself. */
  async #dial() {
    for (;;) {
      try {
        await this.#client.connect();
        this.refused = null;
        return;
      } catch (error) {
        this.refused = error.message;
        await sleep(RETRY_MS);
      }
    }
  }

  /** Introduce itself at every connection, as many chargers do. */
  async #boot(station) {
    this.connections += 1;
    try {
      const answer = await this.#client.call("BootNotification", station.bootNotification());
      if (answer.status !== "Accepted") return;
      station.configuration.write("HeartbeatInterval", String(answer.interval));
    } catch (error) {
      this.#note("BootNotification", error);
      return;
    }
    this.isUp = this.hasBooted = true;
    station.connected();
    this.#send();
  }

  #down() {
    this.isUp = false;
    this.#queue = this.#queue.filter(({ isKept }) => isKept);
  }

  #put(message) {
    this.#queue.push(message);
    this.#send();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.isUp && this.#queue.length > 0) {
      const message = this.#queue[0];
      try {
        const answer = await this.#client.call(message.action, message.build());
        message.answered?.(answer);
      } catch (error) {
        this.#note(message.action, error);
        if (!this.isUp) break; // what is kept stays first in the queue
      }
      if (this.#queue[0] === message) this.#queue.shift();
    }
    this.#isSending = false;
  }

  #note(action, error) {
    if (error.name !== "AbortError") this.#complain(`${action}: ${error.message}`);
  }
}
