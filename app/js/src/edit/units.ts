// Between the whole units of 1e-7 degrees that borders are stored in and the map's metres. No OpenLayers here.

import { project, unproject } from "../map/view";

/** Longitude and latitude in 1e-7 degrees. */
export type Place = [lon: number, lat: number];
/** Parts, each an outer ring and its holes; rings are not closed. */
export type Border = Place[][][];

const PER_DEGREE = 1e7;

export const toMetres = ([lon, lat]: Place): [number, number] => project(lon / PER_DEGREE, lat / PER_DEGREE);

/** Back again, exactly: the error of the way there and back is a millionth of a unit. */
export function toPlace([x, y]: number[]): Place {
  const [lon, lat] = unproject(x as number, y as number);
  return [Math.round(lon * PER_DEGREE), Math.round(lat * PER_DEGREE)];
}

export const same = (a: Place | undefined, b: Place | undefined): boolean => a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

/** Rings as OpenLayers has them: closed. */
export const toCoordinates = (border: Border): number[][][][] => border.map((part) => part.map((ring) => [...ring, ring[0] as Place].map(toMetres)));

/** Back from OpenLayers' closed rings. */
export const toBorder = (coordinates: number[][][][]): Border => coordinates.map((part) => part.map((ring) => ring.slice(0, -1).map(toPlace)));
