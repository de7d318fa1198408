//! The browser's own dialog: it traps the focus, closes on Esc, and gives the focus back.

use leptos::{html, prelude::*};

use crate::icon::{Glyph, Icon};

/// Open while `open` holds. Nothing else on the page can be pressed meanwhile.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    /// Names it within the page, for its heading's id.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // Fails only if it is not in the page any more.
                _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by node_ref=node on:close=move |_| open.set(false)>
            <div class="dialog-body">
                <div class="dialog-head">
                    <h2 id=heading>{title}</h2>
                    <button type="button" class="dialog-close" aria-label="关闭" on:click=move |_| open.set(false)>
                        <Icon name=Glyph::Close/>
                    </button>
                </div>
                {children()}
            </div>
        </dialog>
    }
}
