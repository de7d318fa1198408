//! Personal data as lists show it.

use leptos::prelude::*;
use shared::mask;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskKind {
    Name,
    Phone,
    IdentityNumber,
}

/// `138****1234`, with words for readers. Only for what the browser may hold in full: whoever may not see the whole
/// is sent the masked text by the server, and gives it here as it is.
#[component]
pub fn Masked(kind: MaskKind, #[prop(into)] value: String) -> impl IntoView {
    let (shown, what) = match kind {
        MaskKind::Name => (mask::name(&value), "姓名，已隐去"),
        MaskKind::Phone => (mask::phone(&value), "手机号，中间已隐去"),
        MaskKind::IdentityNumber => (mask::identity_number(&value), "身份证号，中间已隐去"),
    };
    // A value that is masked already stays as it came.
    let shown = if value.contains('*') { value } else { shown };
    view! { <span class="masked">{shown}<span class="hidden-text">{format!("（{what}）")}</span></span> }
}
