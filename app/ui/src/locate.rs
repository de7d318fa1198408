//! Where the person is: asked of the browser once, when they press a button, and not kept.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Position, PositionError, PositionOptions};

/// How long the browser may look for the place, in milliseconds.
const WAIT_MS: u32 = 15_000;
/// A place that the browser found so short a time ago is good enough, in milliseconds.
const FRESH_MS: u32 = 60_000;

/// Why there is no place to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    Unsupported,
    Refused,
    Unknown,
    TooSlow,
}

impl NoPlace {
    /// What happened and what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unsupported => "这个浏览器不能定位。请搜社区的名字，或者在地图上选。",
            Self::Refused => {
                "没有得到定位的许可。可以在浏览器设置里打开，也可以搜社区的名字，或者在地图上选。"
            }
            Self::Unknown => "现在定不了位。请走到开阔的地方再试，或者搜社区的名字。",
            Self::TooSlow => "定位等得太久了。请再试一次，或者搜社区的名字。",
        }
    }
}

/// Longitude and latitude in degrees.
///
/// # Errors
/// [`NoPlace`]
pub async fn locate() -> Result<(f64, f64), NoPlace> {
    if !window().is_secure_context() {
        return Err(NoPlace::Unsupported);
    }
    let geolocation = window()
        .navigator()
        .geolocation()
        .map_err(|_| NoPlace::Unsupported)?;
    if AsRef::<JsValue>::as_ref(&geolocation).is_undefined() {
        return Err(NoPlace::Unsupported);
    }
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(WAIT_MS);
    options.set_maximum_age(FRESH_MS);
    let asked = js_sys::Promise::new(&mut |found, failed| {
        let begun =
            geolocation.get_current_position_with_error_callback_and_options(&found, Some(&failed), &options);
        if begun.is_err() {
            // The promise then ends without a reason, which is told as unknown.
            _ = failed.call0(&JsValue::NULL);
        }
    });
    match wasm_bindgen_futures::JsFuture::from(asked).await {
        Ok(position) => {
            let coords = position.unchecked_into::<Position>().coords();
            Ok((coords.longitude(), coords.latitude()))
        }
        // By its code: what is called PositionError here goes by another name in today's browsers.
        Err(reason) => Err(
            match reason
                .is_object()
                .then(|| reason.unchecked_into::<PositionError>().code())
            {
                Some(PositionError::PERMISSION_DENIED) => NoPlace::Refused,
                Some(PositionError::TIMEOUT) => NoPlace::TooSlow,
                _ => NoPlace::Unknown,
            },
        ),
    }
}
