//! What the browser calls: [`hydrate`] takes over a served page, [`mount`] boots offline.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::hydrate();
}

#[wasm_bindgen]
pub fn mount() {
    console_error_panic_hook::set_once();
    app::mount();
}
