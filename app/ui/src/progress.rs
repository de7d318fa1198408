//! How far a long action is, and the way out of it.

use leptos::prelude::*;

use crate::button::{Button, ButtonKind};

/// `part` is between 0 and 1, or none while it cannot be told. With `on_cancel` it can be stopped.
#[component]
pub fn Progress(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] part: Signal<Option<f64>>,
    #[prop(optional, into)] on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let percent = move || part.get().map(percent);
    view! {
        <div class="progress">
            <div class="row spread">
                <span role="status">{move || label.get()}</span>
                <span>{move || percent().map(|percent| format!("{percent} %"))}</span>
            </div>
            <progress max="100" value=percent aria-label=move || label.get()></progress>
            {on_cancel.map(|cancel| view! {
                <div class="buttons"><Button kind=ButtonKind::Plain on_click=move |_| cancel.run(())>"停下"</Button></div>
            })}
        </div>
    }
}

/// Whole percent; done only when it is done.
fn percent(part: f64) -> u8 {
    // Clamped first, so the conversion cannot go out of range; a part that is no number counts as nothing.
    (part.clamp(0.0, 1.0) * 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn says_done_only_when_done() {
        assert_eq!(percent(0.999), 99);
        assert_eq!(percent(1.0), 100);
        assert_eq!(percent(7.0), 100);
        assert_eq!(percent(-1.0), 0);
        assert_eq!(percent(f64::NAN), 0);
    }
}
