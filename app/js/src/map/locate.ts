// Where the person is, only when they ask.

export interface Located {
  lon: number;
  lat: number;
  /** Metres. */
  accuracy: number;
}

const WAIT_MS = 15_000;
const REFUSED: Record<number, string> = {
  1: "没有得到定位的许可。可以在浏览器设置里打开，或者直接在地图上找。",
  2: "现在定不了位。请走到开阔的地方再试，或者直接在地图上找。",
  3: "定位等得太久了。请再试一次，或者直接在地图上找。",
};

/** Rejects with an Error whose message is ready to be shown. */
export function whereAmI(): Promise<Located> {
  return new Promise((resolve, reject) => {
    if (!("geolocation" in navigator) || !isSecureContext) {
      reject(new Error("这个浏览器不能定位，请直接在地图上找。"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      (error) => reject(new Error(REFUSED[error.code] ?? REFUSED[2])),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60_000 },
    );
  });
}
