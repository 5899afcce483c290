// Runs one charger: JSON lines of its state come out, commands go in, one a line:
// plug, unplug, speed 20, skip 130, drop, state.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { Outlet } from "./car.js";
import { Clock } from "./clock.js";
import { Line } from "./line.js";
import { Station } from "./station.js";

const TICK_MS = 100;

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    id: { type: "string" },
    password: { type: "string" },
    "max-current": { type: "string", default: "16" },
    reaction: { type: "string", default: "0.5" },
    unplugged: { type: "boolean", default: false },
    "car-phases": { type: "string", default: "3" },
    "car-reaction": { type: "string", default: "1" },
  },
});
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const clock = new Clock();
const outlet = new Outlet({
  maxCurrentA: Number(options["max-current"]),
  reactionS: Number(options.reaction),
});
const line = new Line(options, (complaint) => say({ complaint }));
const station = new Station(clock, outlet, line);
const car = {
  phases: Number(options["car-phases"]),
  reactionS: Number(options["car-reaction"]),
};

const twoDigits = (value) => Math.round(value * 100) / 100;

function state() {
  return {
    connected: line.isUp,
    connections: line.connections,
    refused: line.refused,
    status: station.status,
    transaction_id: station.transaction?.id ?? null,
    limit_a: twoDigits(station.limitA),
    offered_a: twoDigits(outlet.offeredA),
    currents_a: outlet.currentsA.map(twoDigits),
    energy_wh: Math.round(outlet.energyWh),
  };
}

let said = "";

function tick() {
  station.advance();
  const now = JSON.stringify(state());
  if (now !== said) process.stdout.write(`${(said = now)}\n`);
}

const commands = {
  plug: () => outlet.plug(car),
  unplug: () => outlet.unplug(),
  speed: (factor) => clock.setSpeed(Number(factor)),
  skip: (seconds) => clock.skip(Number(seconds)),
  drop: () => line.drop(),
  state: () => say(state()),
};

function obey(text) {
  const [name, argument] = text.trim().split(/\s+/);
  if (Object.hasOwn(commands, name)) commands[name](argument);
  else process.stderr.write(`unknown command: ${text}\n`);
}

if (!options.unplugged) outlet.plug(car);
setInterval(tick, TICK_MS);
// whoever started it is gone when the commands end
createInterface({ input: process.stdin }).on("line", obey).on("close", () => process.exit());
await line.run(station);
