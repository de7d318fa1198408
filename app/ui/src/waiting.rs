//! What waits for the viewer, on the home page: how much, and the way there.

use std::fmt::Display;

use leptos::prelude::*;
use shared::AppError;

use crate::{Card, Glyph, List, ListRow, Resource};

/// A card with what waits, once the page knows how much: nothing while there is none, or it cannot be told.
#[component]
pub fn Waiting<N>(
    waiting: Resource<Result<N, AppError>>,
    icon: Glyph,
    title: &'static str,
    /// What is counted: 份, 张.
    unit: &'static str,
    href: &'static str,
) -> impl IntoView
where
    N: Copy + Default + Display + PartialEq + Send + Sync + 'static,
{
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match waiting.await {
                    Ok(count) if count != N::default() => {
                        view! { <WaitingCard icon title detail=format!("{count} {unit}") href/> }.into_any()
                    }
                    _ => ().into_any(),
                }
            })}
        </Suspense>
    }
}

/// The card itself.
#[component]
pub(crate) fn WaitingCard(
    icon: Glyph,
    title: &'static str,
    detail: String,
    href: &'static str,
) -> impl IntoView {
    view! {
        <Card flush=true>
            <List>
                <ListRow icon=icon title=title detail=detail href=href/>
            </List>
        </Card>
    }
}
