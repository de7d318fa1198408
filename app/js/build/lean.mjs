// What OpenLayers brings along for uses that this map has not: 25 KB over the wire. Each part is replaced by one that says
// so when it is called, so that a later use fails at once and aloud.

const unused = (what, ...names) =>
  names.map((name) => `export const ${name} = () => { throw new Error("map: ${what} is left out of the bundle, see build/lean.mjs"); };`).join("\n");

const PARTS = {
  // The map is given its controls and interactions, so the usual ones are never asked for.
  "control/defaults.js": unused("the usual controls", "defaults"),
  "interaction/defaults.js": unused("the usual interactions", "defaults"),
  // Styles are functions; those written as expressions need a compiler.
  "render/canvas/style.js": unused("flat style", "flatStyleLikeToStyleFunction", "flatStylesToStyleFunction", "rulesToStyleFunction"),
  // Asked at every look-up of a projection: this one is none of them.
  "proj/utm.js": "export const makeProjection = () => null;\nexport const makeTransforms = () => null;\n",
};

/** For esbuild. Fails when OpenLayers no longer has a part: then this list is out of date. */
export const lean = {
  name: "lean",
  setup(build) {
    const met = new Set();
    build.onLoad({ filter: /[\\/]node_modules[\\/]ol[\\/].*\.js$/ }, ({ path }) => {
      const part = Object.keys(PARTS).find((name) => path.replaceAll("\\", "/").endsWith(`/ol/${name}`));
      if (!part) return undefined;
      met.add(part);
      return { contents: PARTS[part], loader: "js" };
    });
    build.onEnd(() => {
      const missing = Object.keys(PARTS).filter((name) => !met.has(name));
      return missing.length ? { errors: missing.map((name) => ({ text: `ol/${name} is not part of the bundle any more` })) } : undefined;
    });
  },
};
