import { chromium } from "@playwright/test";

export const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = () => chromium.launch({ executablePath, args: FLAGS });
