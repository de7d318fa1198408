// A small server on loopback for what needs no application behind it: the site's files, and pages made by a test or a bench.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize, resolve } from "node:path";
import { Readable } from "node:stream";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".geojson": "application/geo+json", ".svg": "image/svg+xml",
  ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png", ".webmanifest": "application/manifest+json",
};

/** The application's own policy, without a nonce: there are no inline scripts in these pages. */
export const CSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'";

/**
 * Serves `folders` (the first that has the file wins) and `pages` (path to text, or to a function that answers `{status, headers, body}`; a body may be a stream).
 * Resolves to its address and what stops it.
 */
export async function serve(folders, pages) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const headers = { "content-type": TYPES[extname(pathname)] ?? TYPES[".html"], "content-security-policy": CSP, "cache-control": "no-cache" };
    const page = pages[pathname];
    if (page !== undefined) {
      const made = typeof page === "function" ? await page(request) : { body: page };
      response.writeHead(made.status ?? 200, { ...headers, ...made.headers });
      if (made.body instanceof Readable) made.body.pipe(response);
      else response.end(made.body);
      return;
    }
    for (const folder of folders) {
      const file = resolve(folder, `.${normalize(pathname)}`);
      const body = file.startsWith(resolve(folder)) ? await readFile(file).catch(() => null) : null;
      if (body) {
        response.writeHead(200, headers).end(body);
        return;
      }
    }
    response.writeHead(404, { "content-type": "text/plain" }).end("not here");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
