//! What can be pressed: one main button a view, the others plain.

use leptos::{ev::MouseEvent, prelude::*};

use crate::{
    form::FormState,
    icon::{Glyph, Icon},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Primary,
    Plain,
    /// Points, calling somebody: friendly and second to the main thing.
    Warm,
    /// Deletes or ends something.
    Danger,
    /// Looks like a link, is as large as a button.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "",
            Self::Plain => " plain",
            Self::Warm => " warm",
            Self::Danger => " danger",
            Self::Quiet => " quiet",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    #[default]
    Normal,
    /// As wide as what it stands in.
    Block,
    /// Block, taller and in the title's size: the one thing to do on a page.
    Big,
}

impl ButtonSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Block => " block",
            Self::Big => " block big",
        }
    }
}

/// A button, or a link that looks like one if `href` is given.
///
/// While `busy` it keeps its focus and its words, shows that it works after 300 ms, and a second click does nothing.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional, into)] href: Option<String>,
    /// The link leaves the application's router: a download, `tel:`, a route of the server.
    #[prop(optional)]
    external: bool,
    #[prop(optional)] submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    children: Children,
) -> impl IntoView {
    let class = format!("button{}{}", kind.class(), size.class());
    let icon = icon.map(|name| view! { <Icon name/> });
    if let Some(href) = href {
        return view! {
            <a class=class href=href rel=external.then_some("external")>
                {icon}
                {children()}
            </a>
        }
        .into_any();
    }
    let click = move |event: MouseEvent| {
        match busy.try_get_untracked() {
            Some(false) => on_click.map_or((), |on_click| on_click.run(event)),
            // Without a value, what it belongs to is about to be replaced and no longer answers.
            Some(true) | None => event.prevent_default(),
        }
    };
    view! {
        <button
            class=class
            type=if submit { "submit" } else { "button" }
            aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get()
            on:click=click
        >
            {icon}
            {children()}
            <Show when=move || busy.get()>
                <span class="spinner" aria-hidden="true"></span>
            </Show>
        </button>
    }
    .into_any()
}

/// The button that sends the [`Form`](crate::form::Form) around it, busy while it is on its way.
#[component]
pub fn Submit(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    let busy = use_context::<FormState>()
        .map(|form| form.pending)
        .unwrap_or_default();
    match icon {
        Some(icon) => view! { <Button kind size icon submit=true busy>{children()}</Button> }.into_any(),
        None => view! { <Button kind size submit=true busy>{children()}</Button> }.into_any(),
    }
}
