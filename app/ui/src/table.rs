//! A table that becomes cards on a phone.

use leptos::prelude::*;

/// A column: its name, and whether it holds figures (set flush right).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    name: String,
    number: bool,
}

impl Column {
    pub fn text(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            number: false,
        }
    }

    pub fn number(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            number: true,
        }
    }

    const fn class(&self) -> Option<&'static str> {
        if self.number { Some("number") } else { None }
    }
}

/// A cell: text, a figure, or any view (a link, a badge).
pub fn cell(content: impl IntoView + 'static) -> AnyView {
    content.into_any()
}

/// Rows of cells under columns. The first cell of a row names it.
#[component]
pub fn Table(
    #[prop(into)] caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<AnyView>>,
    /// Stays a table on a phone, where it scrolls sideways: for few and narrow columns.
    #[prop(optional)]
    keep: bool,
) -> impl IntoView {
    // Roles are spelled out because `display: block` on a phone takes them away in some browsers.
    let head = columns
        .iter()
        .map(|column| view! { <th scope="col" role="columnheader" class=column.class()>{column.name.clone()}</th> })
        .collect_view();
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .zip(&columns)
                .enumerate()
                .map(|(at, (content, column))| {
                    if at == 0 {
                        view! { <th scope="row" role="rowheader">{content}</th> }.into_any()
                    } else {
                        view! {
                            <td role="cell" class=column.class() data-label=column.name.clone()>{content}</td>
                        }
                        .into_any()
                    }
                })
                .collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    let name = caption.clone();
    view! {
        // Wider than its place, it is moved sideways, also by keyboard.
        <div class="table-frame" role="group" aria-label=name tabindex="0">
            <table class=if keep { "table keep" } else { "table" } role="table">
                <caption>{caption}</caption>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
        </div>
    }
}
