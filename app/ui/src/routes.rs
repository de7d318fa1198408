//! What a pillar brings to the router: addresses, and for each the page there.
//!
//! The router's own `<Route>`, `Lazy<Page>` and tuples of them are one type an address and a tuple, each compiled anew into everybody's first
//! download. Here all addresses are one type ([`At`]), all pages one ([`PageRoute`]), and all lists one ([`routes`]).

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, tachys::view::iterators::StaticVec};
use leptos_router::{
    ChooseView, LazyRoute, NestedRoute, SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
};

use crate::at::At;

type Coming<T> = Pin<Box<dyn Future<Output = T>>>;

/// What is shown at an address.
#[derive(Clone, Copy, Debug)]
pub struct PageRoute {
    view: fn() -> Coming<AnyView>,
    preload: fn() -> Coming<()>,
}

impl PageRoute {
    /// A page that is fetched when it is first opened.
    #[must_use]
    pub fn lazy<T: LazyRoute>() -> Self {
        Self {
            view: || Box::pin(T::view(T::data())),
            preload: || Box::pin(T::preload()),
        }
    }
}

impl ChooseView for PageRoute {
    async fn choose(self) -> AnyView {
        (self.view)().await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// The routes to these pages. The first whose address fits is taken.
#[must_use]
pub fn routes(pages: Vec<(&'static str, PageRoute)>) -> AnyNestedRoute {
    together(pages.into_iter().map(|(path, page)| route(path, page)).collect())
}

/// The route to one page, whole without script. A page that is not lazy comes with everybody's first download.
pub fn route(path: &'static str, page: impl ChooseView) -> AnyNestedRoute {
    NestedRoute::new(At(path), page)
        .ssr_mode(SsrMode::Async)
        .into_any_nested_route()
}

/// Several routes as one. The first whose address fits is taken.
#[must_use]
pub fn together(routes: Vec<AnyNestedRoute>) -> AnyNestedRoute {
    StaticVec::from(routes).into_any_nested_route()
}

/// Declares a pillar's pages and its `routes()`: address, name, and the function that makes the view. Each is fetched when it is first opened; its name
/// says with which others (`CHUNKS` in `xtask/src/site.rs`) and is used once in the whole application.
#[macro_export]
macro_rules! lazy_pages {
    ($($path:literal => $name:ident: $view:path;)+) => {
        $(
            struct $name;

            #[::leptos_router::lazy_route]
            impl ::leptos_router::LazyRoute for $name {
                fn data() -> Self {
                    Self
                }

                fn view(_page: Self) -> ::leptos::prelude::AnyView {
                    ::leptos::prelude::IntoAny::into_any($view())
                }
            }
        )+

        /// The pillar's routes.
        #[must_use]
        pub fn routes() -> ::leptos_router::any_nested_route::AnyNestedRoute {
            $crate::routes::routes(::std::vec![$(($path, $crate::routes::PageRoute::lazy::<$name>())),+])
        }
    };
}
