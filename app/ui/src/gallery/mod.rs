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
