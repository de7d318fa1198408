import { expect, test } from "vitest";
import { type MapOptions, withAddress } from "../src/map/options";

const options: MapOptions = { data: "/map/data/1.geojson", node: "1" };

test("the address tells where to look and what is chosen", () => {
  const told = withAddress(options, "320581001", "120.74,31.65,12.5");
  expect(told.selected).toBe("320581001");
  expect(told.view).toEqual({ lon: 120.74, lat: 31.65, zoom: 12.5 });
});

test.each(["", "1,2", "a,b,c", "NaN,1,2", "1,2,3,4", "1,,3", "../"])("%j is no place", (at) => {
  expect(withAddress(options, "", at)).toEqual(options);
});
