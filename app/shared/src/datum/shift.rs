//! From the datum of a file to the stored one.
//!
//! The formulas are the ones that are published everywhere and have no official source: the shift of GCJ-02 on the
//! Krasovsky 1940 ellipsoid as in `eviltransform` (github.com/googollee/eviltransform) and `coordtransform`
//! (github.com/wandergis/coordtransform), both MIT, and Baidu's polar shift as in the latter. The crates that
//! exist were passed over for what they drag in: one an old `geo`, another a share-alike map of the country.

use std::f64::consts::PI;

use super::Datum;

/// Krasovsky 1940, which the shift is computed on.
const MAJOR_AXIS: f64 = 6_378_245.0;
const ECCENTRICITY_2: f64 = 0.006_693_421_622_965_943;

/// Baidu's constants.
const BAIDU_LON: f64 = 0.0065;
const BAIDU_LAT: f64 = 0.006;
const BAIDU_WAVE: f64 = PI * 3000.0 / 180.0;

/// How near an inverse must come, in degrees: a tenth of a millimetre.
const NEAR: f64 = 1e-9;

/// The shift changes by at most a few parts in a thousand a degree, so each round gains two digits and more; eight
/// are enough for any input, the bound is for what is no number.
const ROUNDS: usize = 16;

/// Longitude and latitude in degrees, in CGCS2000/WGS 84. Places outside China come back untouched, as Chinese maps do not
/// shift them.
pub fn to_stored(datum: Datum, lon: f64, lat: f64) -> (f64, f64) {
    match datum {
        Datum::Cgcs2000 | Datum::Wgs84 => (lon, lat),
        Datum::Gcj02 => inverse(wgs84_to_gcj02, lon, lat),
        // Baidu's shift reaches everywhere; what is shifted out of China by GCJ-02 has been decided before it.
        Datum::Bd09 if shifted_region(lon, lat) => {
            let (lon, lat) = inverse(gcj02_to_bd09, lon, lat);
            inverse(wgs84_to_gcj02, lon, lat)
        }
        Datum::Bd09 => (lon, lat),
    }
}

/// The shift of Chinese web maps, in degrees.
pub fn wgs84_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if !shifted_region(lon, lat) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave = |value: f64, period: f64| (value * PI / period).sin();
    let short = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (short + 20.0 * wave(y, 1.0) + 40.0 * wave(y, 3.0) + 160.0 * wave(y, 12.0) + 320.0 * wave(y, 30.0))
            * 2.0
            / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (short + 20.0 * wave(x, 1.0) + 40.0 * wave(x, 3.0) + 150.0 * wave(x, 12.0) + 300.0 * wave(x, 30.0))
            * 2.0
            / 3.0;
    // Metres become degrees by the radii of curvature along the meridian and across it.
    let phi = lat.to_radians();
    let across = 1.0 - ECCENTRICITY_2 * phi.sin().powi(2);
    let meridian = MAJOR_AXIS * (1.0 - ECCENTRICITY_2) / across.powf(1.5);
    let normal = MAJOR_AXIS / across.sqrt();
    (
        lon + (east / (normal * phi.cos())).to_degrees(),
        lat + (north / meridian).to_degrees(),
    )
}

/// Baidu's shift on top of GCJ-02, in degrees.
pub fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let radius = lon.hypot(lat) + 0.00002 * (lat * BAIDU_WAVE).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * BAIDU_WAVE).cos();
    (radius * angle.cos() + BAIDU_LON, radius * angle.sin() + BAIDU_LAT)
}

/// The place that `forward` takes to the one given: a guess is corrected by its miss until the miss is nothing.
fn inverse(forward: fn(f64, f64) -> (f64, f64), lon: f64, lat: f64) -> (f64, f64) {
    let (mut x, mut y) = (lon, lat);
    for _ in 0..ROUNDS {
        let (there_x, there_y) = forward(x, y);
        let (miss_x, miss_y) = (lon - there_x, lat - there_y);
        x += miss_x;
        y += miss_y;
        if miss_x.abs() < NEAR && miss_y.abs() < NEAR {
            break;
        }
    }
    (x, y)
}

/// The rectangle within which Chinese maps are shifted, as every published version of the formula has it.
fn shifted_region(lon: f64, lat: f64) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metres between two places near each other.
    fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
        let north = (a.1 - b.1) * 111_000.0;
        let east = (a.0 - b.0) * 111_320.0 * a.1.to_radians().cos();
        north.hypot(east)
    }

    #[test]
    fn known_offsets_are_met() {
        // The pairs that eviltransform's own tests publish: Shanghai, Shenzhen, Beijing.
        for (wgs, gcj) in [
            (
                (121.527_210_6, 31.177_427_6),
                (121.531_541_859_215, 31.175_303_983_645_97),
            ),
            (
                (113.912_316, 22.543_847),
                (113.917_176_480_836_3, 22.540_796_131_694_766),
            ),
            (
                (116.377_817, 39.911_954),
                (116.384_047_222_554_57, 39.913_345_455_360_69),
            ),
        ] {
            assert!(
                metres(wgs84_to_gcj02(wgs.0, wgs.1), gcj) < 0.001,
                "{:?}",
                wgs84_to_gcj02(wgs.0, wgs.1)
            );
            assert!(metres(to_stored(Datum::Gcj02, gcj.0, gcj.1), wgs) < 0.001);
        }
        // Around 常熟 the shift is some 500 m, Baidu's a further kilometre.
        let here = (120.75, 31.65);
        let gcj = wgs84_to_gcj02(here.0, here.1);
        assert!(
            (300.0..700.0).contains(&metres(here, gcj)),
            "{}",
            metres(here, gcj)
        );
        let baidu = gcj02_to_bd09(gcj.0, gcj.1);
        assert!(
            (700.0..1_300.0).contains(&metres(gcj, baidu)),
            "{}",
            metres(gcj, baidu)
        );
    }

    #[test]
    fn there_and_back_again() {
        for step in 0..4_000 {
            // Spread over the country by two irrational steps.
            let lon = 74.0 + (f64::from(step) * 0.618_034).fract() * 60.0;
            let lat = 4.0 + (f64::from(step) * 0.754_878).fract() * 49.0;
            let gcj = wgs84_to_gcj02(lon, lat);
            assert!(
                metres(to_stored(Datum::Gcj02, gcj.0, gcj.1), (lon, lat)) < 0.01,
                "{lon} {lat}"
            );
            let baidu = gcj02_to_bd09(gcj.0, gcj.1);
            assert!(
                metres(to_stored(Datum::Bd09, baidu.0, baidu.1), (lon, lat)) < 0.01,
                "{lon} {lat}"
            );
        }
    }

    #[test]
    fn what_lies_abroad_and_what_is_no_number_is_left_alone() {
        for datum in Datum::ALL {
            assert_eq!(to_stored(datum, 2.35, 48.85), (2.35, 48.85));
            assert!(to_stored(datum, f64::NAN, 31.0).0.is_nan());
        }
        assert_eq!(to_stored(Datum::Wgs84, 120.75, 31.65), (120.75, 31.65));
    }
}
