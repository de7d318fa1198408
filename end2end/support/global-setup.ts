import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./linli";

/** Loads the demonstration once; each worker copies the folder. What went wrong is told by the first test that needs it. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "linli-demo-"));
  try {
    await run(folder, ["demo", "--database-url", `sqlite:${join(folder, "linli.db")}`]);
    process.env.LINLI_TEST_DEMO = folder;
  } catch (error) {
    process.env.LINLI_TEST_DEMO_PROBLEM = error instanceof Error ? error.message : String(error);
  }
  return () => rm(folder, { recursive: true, force: true });
}
