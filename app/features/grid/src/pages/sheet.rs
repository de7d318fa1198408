//! A drawing of parts with those that change marked: what a draft shows before and after.

use leptos::prelude::*;

use crate::model::{Drawing, short_label};

/// Parts inside their outline; the marked ones are dashed and tinted, so that they are told by more than a tone.
#[component]
pub fn Sheet(drawing: Drawing, #[prop(into)] label: String) -> impl IntoView {
    let shapes = drawing
        .shapes
        .iter()
        .map(|shape| {
            let class = if shape.class.is_some() {
                "shape marked"
            } else {
                "shape"
            };
            view! { <path class=class d=shape.path.clone() data-code=shape.code.clone()/> }
        })
        .collect_view();
    let labels = drawing
        .shapes
        .iter()
        .map(|shape| {
            let (x, y) = (shape.label_x.to_string(), shape.label_y.to_string());
            view! { <text class="label" x=x y=y>{short_label(&shape.name).to_owned()}</text> }
        })
        .collect_view();
    view! {
        <svg class="draft-sheet" viewBox=drawing.view_box() role="img" aria-label=label focusable="false">
            <g>{shapes}</g>
            {drawing.outline.clone().map(|path| view! { <path class="outline" d=path/> })}
            <g>{labels}</g>
        </svg>
    }
}
