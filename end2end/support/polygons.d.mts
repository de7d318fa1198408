import type { FeatureCollection, Polygon } from "geojson";

type Coverage = FeatureCollection<Polygon, { code: string; name: string; leaf?: boolean }>;
export declare function random(seed: number): () => number;
export declare function project(place: [number, number] | number[]): [number, number];
export declare function coverage(options: { side: number; parts?: number; seed?: number; node?: string }): Coverage;
export declare function picture(collection: Coverage, options?: { most?: number; node?: string }): string;
