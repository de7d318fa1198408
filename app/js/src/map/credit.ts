// Who has made the base map: shown wherever it is, and known before it is loaded.

import type { Basemap } from "./options";

/** What has to be shown wherever the base map is. */
export const creditOf = (basemap: Basemap): string => `天地图 ${basemap.review}`.trim();
