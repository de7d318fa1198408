//! A new part's name and code, with what is wrong with them beside them.

use leptos::prelude::*;
use ui::{Field, FieldKind};

use super::work::Work;
use crate::model::{
    coverage::{Named, Refusal},
    draft::fits,
};

/// What a new part will be called, as far as it is typed.
#[derive(Clone, Copy)]
pub struct Naming {
    work: Work,
    name: RwSignal<String>,
    code: RwSignal<String>,
    name_wrong: RwSignal<Option<String>>,
    code_wrong: RwSignal<Option<String>>,
}

impl Naming {
    pub fn new(work: Work, code: String) -> Self {
        Self {
            work,
            name: RwSignal::new(String::new()),
            code: RwSignal::new(code),
            name_wrong: RwSignal::new(None),
            code_wrong: RwSignal::new(None),
        }
    }

    /// Proposes a code where none was typed.
    pub fn propose(self, code: impl FnOnce() -> String) {
        if self.code.with_untracked(String::is_empty) {
            self.code.set(code());
        }
    }

    /// The code after this one.
    pub fn next_code(self) -> String {
        let number = self.code.with_untracked(|code| code.trim().parse::<u64>());
        number.map_or_else(|_| String::new(), |number| (number + 1).to_string())
    }

    /// What was typed; nothing if it cannot be, which is then said beside it. `beside` is a part that is named with it.
    pub fn read(self, beside: Option<&Named>) -> Option<Named> {
        let named = Named {
            code: self.code.get_untracked().trim().to_owned(),
            name: self.name.get_untracked().trim().to_owned(),
        };
        let page = self.work.page;
        let (above, kind, used) = page.with_value(|page| {
            let used = page.used.contains(&named.code);
            (page.code.parse(), page.kind, used)
        });
        let name_wrong = Named::check_name(&named.name).err();
        let digits = kind.below().map_or(0, |kind| kind.digits());
        let code_wrong = match above {
            Ok(above) if !fits(&named.code, &above) => {
                Some(format!("请填 {digits} 位数字，以 {above} 开头。"))
            }
            _ if used
                || self.work.knows(&named.code)
                || beside.is_some_and(|other| other.code == named.code) =>
            {
                Some(
                    Refusal::CodeTaken {
                        code: named.code.clone(),
                    }
                    .to_string(),
                )
            }
            _ => None,
        };
        let right = name_wrong.is_none() && code_wrong.is_none();
        self.name_wrong.set(name_wrong.map(|refusal| refusal.to_string()));
        self.code_wrong.set(code_wrong);
        right.then_some(named)
    }
}

/// The two fields. `id` tells them apart from others on the page.
#[component]
pub fn NamingFields(naming: Naming, #[prop(into)] id: String, of: &'static str) -> impl IntoView {
    view! {
        <Field name=format!("{id}-name") label=format!("{of}的名称") bind=naming.name error=naming.name_wrong max_length=40/>
        <Field name=format!("{id}-code") label=format!("{of}的代码") bind=naming.code error=naming.code_wrong kind=FieldKind::Number max_length=17/>
    }
}

/// Asks which part some ground becomes: one that has no border yet, or a new one.
#[component]
pub fn NewPart(
    work: Work,
    #[prop(into)] id: String,
    make: impl Fn(Named) + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let naming = Naming::new(work, work.fresh_code());
    let bare = work.now(|now| now.bare().to_vec()).unwrap_or_default();
    let make_new = make.clone();
    let known = bare
        .into_iter()
        .map(|unit| {
            let (make, words) = (make.clone(), format!("是{}", unit.name));
            view! { <button type="button" class="button plain" on:click=move |_| make(unit.clone())>{words}</button> }
        })
        .collect_view();
    view! {
        <div class="buttons">{known}</div>
        <NamingFields naming id of="新网格"/>
        <div class="buttons">
            <button type="button" class="button" on:click=move |_| if let Some(unit) = naming.read(None) { make_new(unit); }>
                "成立新网格"
            </button>
        </div>
    }
}
