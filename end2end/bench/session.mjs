// Signs in as one of the demonstration's people and prints the Cookie header: node bench/session.mjs BASE_URL ROLE

import { signInByCode } from "../support/accounts.ts";
import { launch } from "./browser.mjs";
import { say } from "./lines.mjs";

const [base, role] = process.argv.slice(2);
if (!base?.startsWith("http") || !role) {
  say("session.mjs: give the address of a running server and a role, such as http://127.0.0.1:3000 resident");
  process.exit(2);
}
const browser = await launch();
try {
  const context = await browser.newContext({ baseURL: base, locale: "zh-CN" });
  await signInByCode(await context.newPage(), role);
  const cookies = await context.cookies();
  console.log(cookies.map(({ name, value }) => `${name}=${value}`).join("; "));
} finally {
  await browser.close();
}
