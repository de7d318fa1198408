//! QR codes of plain https addresses, which a phone's own camera or WeChat opens.

use std::fmt::Write;

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// The quiet zone around the code, in modules (ISO/IEC 18004, 5.3.8).
const QUIET: i32 = 4;

/// A code with its words under it. Text too long for a code (over 2,300 bytes) is shown as text alone.
#[component]
pub fn Qr(#[prop(into)] text: String, #[prop(into)] label: String) -> impl IntoView {
    let drawn = draw(&text).map(|(size, path)| {
        view! {
            <svg viewBox=format!("0 0 {size} {size}") role="img" aria-label=label.clone() shape-rendering="crispEdges">
                <path d=path fill="#000"></path>
            </svg>
        }
    });
    view! { <figure class="qr">{drawn}<figcaption>{label}<br/>{text}</figcaption></figure> }
}

/// Side in modules with the quiet zone, and one path of a rectangle for each run of dark modules.
fn draw(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                // Writing to a string cannot fail.
                _ = write!(
                    path,
                    "M{} {}h{}v1h-{}z",
                    start + QUIET,
                    y + QUIET,
                    x - start,
                    x - start
                );
            }
            x += 1;
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::{QUIET, draw};

    #[test]
    fn draws_the_finder_in_the_corner() {
        let (size, path) = draw("https://example.cn/m/abc").unwrap();
        assert_eq!(
            (size - 2 * QUIET - 17) % 4,
            0,
            "a code has 17 + 4 × version modules"
        );
        assert!(path.starts_with("M4 4h7v1h-7z"));
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(draw(&"邻".repeat(2_000)).is_none());
    }
}
