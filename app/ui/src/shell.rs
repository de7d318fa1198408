//! What stands around every page: the bar (at the bottom on a phone, a rail on a tablet, a side bar on a desktop), the
//! quiet lines above, news, and what is printed instead of all that.

use leptos::prelude::*;

use crate::{
    appearance_switch::EditionSwitch,
    browser,
    button::{Button, ButtonKind, ButtonSize},
    connection::ConnectionBanner,
    icon::{Glyph, Icon},
    shortcuts::{PageKeys, Shortcuts},
    ticking::provide_ticks,
    toast::ToastRegion,
};

/// A place in the bar. Only places that exist are given: there are no dead links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub label: &'static str,
    pub href: &'static str,
    pub icon: Glyph,
    /// Also in 长辈版, which has room for three.
    pub large: bool,
    /// After `g`, this key goes there.
    pub key: Option<char>,
    /// Whether the number of what is unread stands on it.
    pub unread: Option<Shown>,
}

/// In which edition something shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Always,
    /// In 长辈版 only.
    Large,
}

impl NavItem {
    /// Whether `path` is this place or below it.
    fn holds(&self, path: &str) -> bool {
        match path.strip_prefix(self.href) {
            Some(rest) => rest.is_empty() || (self.href != "/" && rest.starts_with('/')),
            None => false,
        }
    }
}

/// Whom the pages of 长辈版 offer to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// A verb first: "打电话给网格员".
    pub label: String,
    pub number: String,
}

/// The shell around all pages. `path` is the router's path, which tells the current place.
#[component]
pub fn Shell(
    items: Vec<NavItem>,
    #[prop(into)] path: Signal<String>,
    #[prop(optional, into)] call: Signal<Option<Call>>,
    /// How many notices are unread.
    #[prop(optional, into)]
    unread: Signal<u32>,
    /// Below every page: filing number, who runs this.
    #[prop(optional, into)]
    foot: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    provide_context(PageKeys(RwSignal::new(Vec::new())));
    provide_ticks();
    let places = items
        .iter()
        .copied()
        .map(|item| {
            let current = move || path.with(|path| item.holds(path)).then_some("page");
            view! {
                <li class=(!item.large).then_some("standard-only")>
                    <a href=item.href aria-current=current>
                        <Icon name=item.icon/>
                        <span>{item.label}</span>
                        {item.unread.map(|shown| view! { <Count shown unread/> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    let offer = move || {
        call.get().map(|call| {
            let href = format!("tel:{}", call.number);
            view! {
                <div class="shell-call">
                    <Button kind=ButtonKind::Warm size=ButtonSize::Big icon=Glyph::Phone href external=true>{call.label}</Button>
                </div>
            }
        })
    };
    view! {
        <a class="skip" href="#main" rel="external">"跳到正文"</a>
        <div class="shell">
            <header class="bar">
                <a class="brand" href="/">"邻里"</a>
                <nav aria-label="主要去处"><ul role="list">{places}</ul></nav>
                <div class="bar-foot">
                    <EditionSwitch path class=""/>
                    <Shortcuts items/>
                </div>
            </header>
            <div class="shell-column">
                <ConnectionBanner/>
                <main id="main" tabindex="-1">{children()}</main>
                <footer>
                    {offer}
                    <div class="shell-foot">{foot.run()}</div>
                </footer>
            </div>
        </div>
        <ToastRegion/>
        <PrintFoot/>
    }
}

/// How much is unread; nothing if nothing is.
#[component]
fn Count(shown: Shown, unread: Signal<u32>) -> impl IntoView {
    let class = match shown {
        Shown::Always => "count",
        Shown::Large => "count large-only",
    };
    let words = move || match unread.get() {
        0 => None,
        some @ 1..100 => Some(some.to_string()),
        100.. => Some("99+".to_owned()),
    };
    move || {
        words()
            .map(|words| view! { <span class=class>{words}<span class="hidden-text">" 条未读"</span></span> })
    }
}

/// The page's address and the time, on paper only; filled in when it is printed.
#[component]
fn PrintFoot() -> impl IntoView {
    let words = RwSignal::new(String::new());
    Effect::new(move |_| {
        browser::listen("beforeprint", move |_| {
            let address = window().location().href().unwrap_or_default();
            // A browser's clock has milliseconds as a float; whole ones fit.
            let now = shared::Timestamp((js_sys::Date::now() as i64).saturating_mul(1_000));
            words.set(format!("{address}　打印于 {}", now.zh()));
        });
    });
    view! { <p class="print-only print-foot">{move || words.get()}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_what_is_below_it_and_nothing_beside() {
        let at = |href| NavItem {
            label: "",
            href,
            icon: Glyph::Home,
            large: true,
            key: None,
            unread: None,
        };
        assert!(at("/").holds("/"));
        assert!(!at("/").holds("/map"));
        assert!(at("/me").holds("/me") && at("/me").holds("/me/devices"));
        assert!(!at("/me").holds("/meetings"));
    }
}
