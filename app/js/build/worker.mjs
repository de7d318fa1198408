import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { injectManifest } from "workbox-build";
import { TARGET } from "./scripts.mjs";

/** A bundle built for development is that large. */
const LARGEST = 96 * 1024 * 1024;
/** Same as HASHED in src/worker/policy.ts: such files need no revision. */
const HASHED = /^\/(pkg\/[0-9a-f]{8,}\/|js\/[a-z]+-[0-9A-Z]{8}\.js$)/;

/** The newest file under `site/pkg` whose name `pattern` fits, as the browser asks for it. */
async function newest(site, files, pattern, what) {
  const found = await Promise.all(files.filter((file) => pattern.test(basename(file))).map(async (file) => ({ file, time: (await stat(join(site, "pkg", file))).mtimeMs })));
  found.sort((a, b) => b.time - a.time);
  if (!found[0]) throw new Error(`${site}/pkg has no ${what}: build the bundle first`);
  return `/pkg/${found[0].file.replaceAll("\\", "/")}`;
}

function offlinePage({ bundle, wasm, styles, manifest }) {
  return `<!doctype html>
<html lang="zh-CN" data-bundle="${bundle}" data-wasm="${wasm}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>邻里</title>
<link rel="manifest" href="/manifest.webmanifest">
${styles.map((href) => `<link rel="stylesheet" href="${href}">`).join("\n")}
<script type="module" src="${manifest.register}"></script>
<script type="module" src="${manifest.offline}"></script>
</head>
<body>
<main id="offline">
<h1>现在没有网络</h1>
<p>这一页还没有在这台设备上看过。连上网络后再打开，就能看到。</p>
<p><a href="/">回首页</a></p>
</main>
</body>
</html>
`;
}

/** Writes `offline.html` and `sw.js` with the list of the shell's files. */
export async function worker(root, site) {
  const manifest = JSON.parse(await readFile(resolve(site, "js/manifest.json"), "utf8"));
  const files = await readdir(resolve(site, "pkg"), { recursive: true }).catch(() => []);
  const bundle = await newest(site, files, /^linli([.-]\w+)?\.js$/, "linli.js");
  const wasm = await newest(site, files, /^linli(_bg)?([.-]\w+)?\.wasm$/, "main WebAssembly module");
  const styles = [await newest(site, files, /\.css$/, "CSS")];
  await writeFile(resolve(site, "offline.html"), offlinePage({ bundle, wasm, styles, manifest }));

  const shell = [bundle, wasm, ...styles, manifest.register, manifest.offline, "/offline.html", "/icons.svg", "/icon-192.png", "/manifest.webmanifest"];
  const folder = await mkdtemp(join(tmpdir(), "linli-sw-"));
  try {
    const swSrc = join(folder, "sw.js");
    await build({
      absWorkingDir: root,
      entryPoints: ["src/sw.ts"],
      outfile: swSrc,
      bundle: true,
      format: "iife",
      minify: true,
      target: TARGET,
      define: { "process.env.NODE_ENV": '"production"' },
      legalComments: "none",
      logLevel: "warning",
    });
    const { count, size, warnings } = await injectManifest({
      swSrc,
      swDest: resolve(site, "sw.js"),
      globDirectory: site,
      // The lazy views belong to the shell too: a page that was not visited yet must open offline, to say so at least.
      globPatterns: [...shell.map((path) => path.slice(1)), `${dirname(bundle).slice(1)}/**/*.{js,wasm}`],
      modifyURLPrefix: { "": "/" },
      dontCacheBustURLsMatching: HASHED,
      maximumFileSizeToCacheInBytes: LARGEST,
    });
    const missing = warnings.filter((warning) => !warning.includes("snippets"));
    if (missing.length) throw new Error(`service worker: ${missing.join("; ")}`);
    return `${count} files, ${Math.round(size / 1024)} KB precached`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
