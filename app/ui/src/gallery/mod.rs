//! The page `/_ui`: every component in every state, to look at. Its figures are made up; only demo mode shows it.

mod content;
mod doing;
mod states;

use leptos::prelude::*;

use crate::{AppearanceSettings, Glyph, Icon, Page, Width};

/// `path` is the router's path.
#[component]
pub fn Gallery(#[prop(into)] path: Signal<String>) -> impl IntoView {
    view! {
        <Page title="零件" eyebrow="演示模式才有这一页，数字都是编的" width=Width::Wide path>
            <div class="gallery">
                <section>
                    <h2>"外观"</h2>
                    <AppearanceSettings path/>
                    <Tokens/>
                </section>
                <content::HomeSample/>
                <doing::Buttons/>
                <doing::Fields/>
                <doing::FieldErrors/>
                <doing::Sending/>
                <doing::Ways/>
                <content::Lists/>
                <content::Tables/>
                <content::Figures/>
                <content::Small/>
                <states::Notices/>
                <states::Faults/>
                <states::Lines/>
                <states::Overlays/>
                <section>
                    <h2>"图标"</h2>
                    <ul class="glyphs" role="list">
                        {Glyph::ALL.iter().map(|glyph| view! { <li><Icon name=*glyph/>{glyph.id()}</li> }).collect_view()}
                    </ul>
                </section>
            </div>
        </Page>
    }
}

/// The tones, as rectangles whose class fills them.
#[component]
fn Tokens() -> impl IntoView {
    let tones = [
        ("tone-1", "图 1"),
        ("tone-2", "图 2"),
        ("tone-3", "图 3"),
        ("tone-4", "图 4"),
        ("tone-5", "图 5"),
        ("tone-late", "超期"),
        ("tone-due", "快到期、积分"),
        ("tone-tile", "黛瓦"),
    ];
    let swatches = tones.map(|(class, words)| {
        let class = format!("swatch-edge {class}");
        view! {
            <li>
                <svg width="36" height="24" viewBox="0 0 36 24" aria-hidden="true">
                    <rect class=class x="1" y="1" width="34" height="22" rx="6"></rect>
                </svg>
                {words}
            </li>
        }
    });
    view! { <ul class="swatches" role="list">{swatches.collect_view()}</ul> }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// What stands around every page, this one too, or is here by the part of it that shows.
    const ELSEWHERE: [(&str, &str); 11] = [
        ("ConnectionBanner", "OfflineLine"),
        ("EditionSwitch", "AppearanceSettings"),
        ("Fault", "Explained"),
        ("Form", "FormState"),
        ("HomeCards", "Card"),
        ("InstallHint", "HowToInstall"),
        ("OutboxStatus", "WaitingItem"),
        ("Shell", "Page"),
        ("Shortcuts", "Dialog"),
        ("ToastRegion", "use_toasts"),
        ("Waiting", "WaitingCard"),
    ];

    /// The names of the public components of every file below, but of the gallery's own.
    fn components(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("gallery") {
                    components(&path, found);
                }
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for after in text.split("#[component]\n").skip(1) {
                let Some(rest) = after.strip_prefix("pub fn ") else {
                    continue;
                };
                found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_component_stands_here() {
        let here = concat!(
            include_str!("content.rs"),
            include_str!("doing.rs"),
            include_str!("states.rs"),
            "<AppearanceSettings <Page "
        );
        let mut all = Vec::new();
        components(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        assert!(all.len() > 40, "{all:?}");
        for name in all {
            let part = ELSEWHERE.iter().find(|(known, _)| *known == name);
            let shown = match part {
                Some((_, part)) => here.contains(part),
                None => [" ", "/", ">"]
                    .iter()
                    .any(|end| here.contains(&format!("<{name}{end}"))),
            };
            assert!(shown, "{name} is not in the gallery");
        }
    }
}
