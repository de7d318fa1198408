// The real server, started and stopped by the tests: each worker has one of its own with its own copy of the demonstration.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { SITE } from "./site";

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 25_000;
const LOGS = resolve(import.meta.dirname, "../test-results");

export interface Linli {
  url: string;
  /** The address of its database. */
  database: string;
  /** SIGKILL, as when the power goes. */
  kill(): Promise<void>;
  /** SIGTERM; rejects when the server does not end in time. */
  stop(): Promise<void>;
}

function binary(): string {
  const file = resolve(process.env.LINLI_BIN ?? resolve(import.meta.dirname, "../../target/debug/linli"));
  if (!existsSync(file)) throw new Error(`${file} is not there: cargo build -p server, or name the binary in LINLI_BIN`);
  return file;
}

/** With a key, notices on a device's screen are offered. It is nobody's: nothing leaves, for no browser of these tests has a push service. */
const PUSH = { LINLI_PUSH__KEY: "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw", LINLI_PUSH__CONTACT: "mailto:push@example.com" };

/** All settings by environment, nothing from the caller's own configuration. */
function surroundings(folder: string, more: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LINLI_")));
  return { ...kept, LINLI_SITE: SITE, LINLI_UPLOADS__FOLDER: resolve(folder, "uploads"), ...PUSH, ...more };
}

/** One command of the server's own command line; resolves to what it printed. */
export async function run(folder: string, args: string[], more: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(binary(), args, { cwd: folder, env: surroundings(folder, more), maxBuffer: 16 << 20 });
  return stdout;
}

/** By chance, and below those that the system gives out by itself: one of those may go to somebody else before the server has it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const free = await new Promise<boolean>((done) => {
      const probe = createServer();
      probe.once("error", () => done(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
    });
    if (free) return port;
  }
}

export async function serve(folder: string, database: string, name: string, more: Record<string, string> = {}): Promise<Linli> {
  const port = await freePort();
  mkdirSync(LOGS, { recursive: true });
  const log = createWriteStream(resolve(LOGS, `${name}.log`));
  const child = spawn(binary(), ["serve", "--port", String(port), "--database-url", database], {
    cwd: folder,
    env: surroundings(folder, more),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(child, url, name);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return { url, database, kill: () => end(child, "SIGKILL"), stop: () => end(child, "SIGTERM") };
}

async function ready(child: ChildProcess, url: string, name: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode} before it was ready: test-results/${name}.log`);
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS / 1000} s: test-results/${name}.log`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill(signal);
  const late = new Promise<never>((_, failed) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      failed(new Error(`the server did not end within ${STOPPED_WITHIN_MS / 1000} s of ${signal}`));
    }, STOPPED_WITHIN_MS);
    void ended.then(() => clearTimeout(timer));
  });
  await Promise.race([ended, late]);
}
