//! A figure and the words that make it a sentence.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FigureKind {
    #[default]
    Plain,
    /// In osmanthus, as points are.
    Points,
    /// In bamboo: done, on time.
    Done,
    /// Smaller, where several stand beside each other.
    Middle,
}

/// `label` above, the figure large, and the children under it.
#[component]
pub fn Figure(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] unit: Option<String>,
    #[prop(optional)] kind: FigureKind,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = match kind {
        FigureKind::Plain => "figure-block",
        FigureKind::Points => "figure-block points",
        FigureKind::Done => "figure-block done",
        FigureKind::Middle => "figure-block middle",
    };
    view! {
        <div class=class>
            <p class="small quiet">{label}</p>
            <p class="figure">{value}{unit.map(|unit| view! { <span class="unit">{unit}</span> })}</p>
            {children.map(|children| view! { <div class="small quiet">{children()}</div> })}
        </div>
    }
}
