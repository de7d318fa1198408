//! How to put Linli on the home screen. Inside WeChat nothing is said: everything works there without.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser,
    button::{Button, ButtonKind},
    icon::{Glyph, Icon},
};

const DISMISSED: &str = "install-hint";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The browser has a dialog of its own.
    Prompt,
    /// iOS has none: the person does it by hand.
    Ios,
}

impl How {
    fn named(name: Option<&str>) -> Option<Self> {
        match name {
            Some("prompt") => Some(Self::Prompt),
            Some("ios") => Some(Self::Ios),
            _ => None,
        }
    }
}

/// Appears when the browser says that it can install, or has said so before (`linli:installable`), unless it was sent away.
#[component]
pub fn InstallHint() -> impl IntoView {
    let how = RwSignal::new(None::<How>);
    // In an effect: the server knows nothing of it, and the first rendering must be the same there and here.
    Effect::new(move |_| {
        if browser::setting(DISMISSED).is_some() {
            return;
        }
        how.set(How::named(browser::root_data("installable").as_deref()));
        browser::listen("linli:installable", move |event| {
            how.set(How::named(browser::detail(&event, "how").as_deref()));
        });
    });
    let away = Callback::new(move |()| {
        browser::keep_setting(DISMISSED, "no");
        how.set(None);
    });
    move || how.get().map(|how| view! { <HowToInstall how away/> })
}

#[component]
pub(crate) fn HowToInstall(how: How, away: Callback<()>) -> impl IntoView {
    let install = move |_| {
        spawn_local(async move {
            browser::call_async("install").await;
            away.run(());
        });
    };
    let words = match how {
        How::Prompt => view! { <p class="small">"以后从手机桌面直接打开，没有网络也能看。"</p> }.into_any(),
        How::Ios => view! {
            <p class="small">
                "点浏览器下方的“分享” " <Icon name=Glyph::ShareIos/> "，再点“添加到主屏幕”，以后从桌面直接打开。"
            </p>
        }
        .into_any(),
    };
    view! {
        <section class="card">
            <div class="stack tight"><b>"把邻里放到手机桌面"</b>{words}</div>
            <div class="buttons">
                {(how == How::Prompt).then(|| view! { <Button on_click=install>"放到桌面"</Button> })}
                <Button kind=ButtonKind::Plain on_click=move |_| away.run(())>"不用了"</Button>
            </div>
        </section>
    }
}
