//! Notices on this device's screen, as its browser sees them: whether it can, asking for them, and doing without again. Asked of
//! the page's own script, which is fetched for it.

use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;

/// How this device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The browser has no such thing; or has it only for what lies on the home screen, as on an iPhone.
    Unsupported,
    /// The person has said no, and only they can take it back, in the browser's settings.
    Denied,
    Off,
    On,
}

impl Device {
    fn named(name: &str) -> Self {
        match name {
            "denied" => Self::Denied,
            "off" => Self::Off,
            "on" => Self::On,
            _ => Self::Unsupported,
        }
    }
}

/// What a browser says of itself once it takes pushes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Subscribed {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

/// Why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPush {
    Unsupported,
    Denied,
    /// Its push service is not reached.
    Failed,
}

impl NoPush {
    /// What happened and what to do.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unsupported => "这个浏览器收不了手机通知。消息照常在“消息”里，短信照发。",
            Self::Denied => {
                "没有得到通知的许可。要用的话，请在浏览器或手机的设置里允许邻里发通知，再回来打开。"
            }
            Self::Failed => "没有打开：连不上这个浏览器的通知服务。消息照常在“消息”里，短信照发。",
        }
    }
}

/// `linli.push()`, which fetches the script, and then its function `name`.
async fn ask(name: &str, argument: Option<&str>) -> Option<JsValue> {
    let module = browser::call_async("push").await?;
    let function: js_sys::Function = js_sys::Reflect::get(&module, &name.into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise = match argument {
        Some(argument) => function.call1(&JsValue::UNDEFINED, &argument.into()),
        None => function.call0(&JsValue::UNDEFINED),
    };
    let promise: js_sys::Promise = promise.ok()?.dyn_into().ok()?;
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

/// How this device stands towards pushes by the public key `key`.
pub async fn device(key: &str) -> Device {
    let said = ask("state", Some(key)).await.and_then(|said| said.as_string());
    Device::named(&said.unwrap_or_default())
}

/// Asks the person, and has the browser take pushes that are signed by the public key `key`.
///
/// # Errors
/// [`NoPush`].
pub async fn begin(key: &str) -> Result<Subscribed, NoPush> {
    let said = ask("on", Some(key)).await.and_then(|said| said.as_string());
    match said.as_deref() {
        Some("unsupported") | None => Err(NoPush::Unsupported),
        Some("denied") => Err(NoPush::Denied),
        Some(json) => serde_json::from_str(json).map_err(|_| NoPush::Failed),
    }
}

/// Has the browser take no more.
pub async fn end() {
    _ = ask("off", None).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_says_is_understood() {
        assert_eq!(Device::named("on"), Device::On);
        assert_eq!(Device::named("off"), Device::Off);
        assert_eq!(Device::named("denied"), Device::Denied);
        for other in ["", "unsupported", "perhaps"] {
            assert_eq!(Device::named(other), Device::Unsupported, "{other}");
        }
        for why in [NoPush::Unsupported, NoPush::Denied, NoPush::Failed] {
            assert!(!why.message().contains('！'));
        }
    }
}
