// Boots the application on /offline.html, where there is no server to have rendered anything.

interface Bundle {
  default(options: { module_or_path: string }): Promise<unknown>;
  mount(): void;
}

async function boot(): Promise<void> {
  const { bundle, wasm } = document.documentElement.dataset;
  if (!bundle || !wasm) throw new Error("offline.html names no bundle");
  const app = (await import(bundle)) as Bundle;
  await app.default({ module_or_path: wasm });
  document.getElementById("offline")?.remove();
  app.mount();
}

// Where it fails the page's own sentence stays; this is for whoever looks into the console.
boot().catch((error: unknown) => console.info("linli: no offline start", error));
