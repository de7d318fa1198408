//! `/inbox/ID`: one notice. Whoever comes by its address, as without script, is led on to what it is about.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::AppError;
use ui::{Button, Card, Fault, Glyph, Page, Resource, Time, TimeForm, loaded::loaded};

use crate::{api, model::NoticeRow};

/// `/inbox/:id`
pub fn page() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let notice = Resource::new(
        move || id.get(),
        |id| async move {
            match api::open(id).await {
                Err(AppError::NotFound) => Ok(None),
                came => came.map(Some),
            }
        },
    );
    loaded(notice, |row: Option<NoticeRow>| {
        let Some(row) = row else {
            let ways = &[("看全部消息", "/inbox"), ("回首页", "/")];
            return view! { <Fault error=AppError::NotFound missing="没有这条消息" ways/> }.into_any();
        };
        #[cfg(feature = "ssr")]
        if let Some(href) = &row.href {
            leptos_axum::redirect(href);
        }
        let leads = row.href.map(|href| {
            view! { <div class="buttons"><Button icon=Glyph::Forward href>"去看看"</Button></div> }
        });
        view! {
            <Page title="消息" eyebrow=row.label above=vec![("消息".to_owned(), "/inbox".to_owned())]>
                <Card>
                    <p>{row.words}</p>
                    <p class="small quiet"><Time at=row.at form=TimeForm::Full/></p>
                    {leads}
                </Card>
            </Page>
        }
        .into_any()
    })
}
