import type { coverage } from "./polygons.mjs";

export declare function tileOf(address: string, collection: ReturnType<typeof coverage>, options?: { node?: string; of?: "areas" | "staff" | "points" }): Uint8Array;
