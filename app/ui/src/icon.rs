//! Icons of one family, drawn from the sprite that the build makes of `icons.json`.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($variant:ident => $id:literal,)+) => {
        /// An icon of the sprite. `icons.json` says which picture of Lucide each name stands for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Glyph { $($variant,)+ }

        impl Glyph {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The symbol's id in the sprite.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            const fn href(self) -> &'static str {
                match self { $(Self::$variant => concat!("/icons.svg#", $id),)+ }
            }
        }
    };
}

glyphs! {
    Home => "home",
    Map => "map",
    Add => "add",
    Less => "less",
    Talk => "talk",
    Me => "me",
    People => "people",
    Org => "org",
    Building => "building",
    Search => "search",
    Check => "check",
    Close => "close",
    Back => "back",
    Forward => "forward",
    Down => "down",
    Up => "up",
    Phone => "phone",
    Mic => "mic",
    Camera => "camera",
    Pin => "pin",
    Locate => "locate",
    Clock => "clock",
    Calendar => "calendar",
    Lamp => "lamp",
    Points => "points",
    Shield => "shield",
    Hand => "hand",
    Car => "car",
    Sound => "sound",
    Bin => "bin",
    Drop => "drop",
    Lift => "lift",
    More => "more",
    Layers => "layers",
    List => "list",
    Letters => "letters",
    Sun => "sun",
    Moon => "moon",
    Contrast => "contrast",
    Info => "info",
    Warning => "warning",
    Error => "error",
    Done => "done",
    Help => "help",
    Offline => "offline",
    Refresh => "refresh",
    Download => "download",
    Upload => "upload",
    Print => "print",
    Share => "share",
    ShareIos => "share-ios",
    Edit => "edit",
    Lock => "lock",
    Unlock => "unlock",
    Eye => "eye",
    EyeOff => "eye-off",
    File => "file",
    Image => "image",
    Door => "door",
    Key => "key",
    SignIn => "sign-in",
    SignOut => "sign-out",
    Settings => "settings",
    Filter => "filter",
    FullScreen => "full-screen",
    SmallScreen => "small-screen",
    External => "external",
    Copy => "copy",
    Qr => "qr",
    Device => "device",
    Desktop => "desktop",
    History => "history",
    Keyboard => "keyboard",
    Bell => "bell",
    Flag => "flag",
    Menu => "menu",
    Chart => "chart",
    Inbox => "inbox",
    Send => "send",
    Wait => "wait",
    Undo => "undo",
    Walk => "walk",
    Verified => "verified",
    IdCard => "id-card",
    Agree => "agree",
    CardView => "card-view",
}

/// An icon, always beside a word or inside something that has a name: readers skip it.
#[component]
pub fn Icon(name: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=name.href()></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Glyph;

    #[test]
    fn every_icon_is_in_the_sprite_and_none_is_left_over() {
        let listed: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(include_str!("../icons.json")).unwrap();
        let listed: BTreeSet<&str> = listed.keys().map(String::as_str).collect();
        let used: BTreeSet<&str> = Glyph::ALL.iter().map(|g| g.id()).collect();
        assert_eq!(listed, used);
        assert_eq!(used.len(), Glyph::ALL.len(), "two icons share an id");
    }
}
