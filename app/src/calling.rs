//! Whom the pages of 长辈版 offer to call: the worker of the grid in which the viewer lives.

use leptos::prelude::*;
use ui::{appearance::Appearance, shell::Call};

/// Asked for once, when the page is first in 长辈版: others never see it. `lives_here` tells whether the viewer lives in a grid.
/// What could not be had is asked for again on the next page.
pub fn own_worker(
    appearance: Signal<Appearance>,
    lives_here: bool,
    page: Memo<String>,
) -> Signal<Option<Call>> {
    let call = RwSignal::new(None);
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        page.track();
        if lives_here && appearance.get().is_large() && !asked.get_value() {
            asked.set_value(true);
            fetch::begin(call, asked);
        }
    });
    call.into()
}

/// In a chunk of its own, for most people's first page has no use for it.
#[cfg(target_arch = "wasm32")]
mod fetch {
    use std::pin::Pin;

    use leptos::{
        prelude::*,
        task::spawn_local,
        wasm_split::{SplitLoaderError, wasm_split},
    };
    use shared::AppError;
    use ui::shell::Call;

    /// An answer on its way.
    type Asked = Pin<Box<dyn Future<Output = Result<Option<Call>, AppError>>>>;

    /// Without a signal nobody is offered until `asked` is taken back and the page is looked at anew.
    pub fn begin(call: RwSignal<Option<Call>>, asked: StoredValue<bool>) {
        spawn_local(async move {
            let answer = match ask().await {
                Ok(asking) => asking.await.ok(),
                Err(_) => None,
            };
            match answer {
                Some(whom) => _ = call.try_set(whom),
                None => _ = asked.try_set_value(false),
            }
        });
    }

    #[wasm_split(own_worker_ask, wasm_split_path = leptos::wasm_split, fallible)]
    fn ask() -> Result<Asked, SplitLoaderError> {
        Ok(Box::pin(async {
            let own = grid::api::own_grid().await;
            own.map(|grid| grid.and_then(|grid| super::whom(grid.workers)))
        }))
    }
}

/// The server hears nothing: effects run in browsers.
#[cfg(not(target_arch = "wasm32"))]
mod fetch {
    use leptos::prelude::{RwSignal, StoredValue};
    use ui::shell::Call;

    pub const fn begin(_: RwSignal<Option<Call>>, _: StoredValue<bool>) {}
}

/// The grid worker, or who else can be called there.
#[cfg(any(target_arch = "wasm32", test))]
fn whom(workers: Vec<grid::model::Worker>) -> Option<Call> {
    let role = shared::Role::GridWorker.label();
    let (worker, others): (Vec<_>, Vec<_>) = workers
        .into_iter()
        .filter(|worker| worker.phone.is_some())
        .partition(|worker| worker.role == role);
    let worker = worker.into_iter().chain(others).next()?;
    let who = if worker.role == role {
        "网格员"
    } else {
        worker.role.as_str()
    };
    Some(Call {
        label: format!("打电话给{who}"),
        number: worker.phone?,
    })
}

#[cfg(test)]
mod tests {
    use grid::model::Worker;
    use shared::Role;

    use super::whom;

    fn worker(role: Role, phone: Option<&str>) -> Worker {
        Worker {
            name: "李娟".to_owned(),
            role: role.label().to_owned(),
            phone: phone.map(str::to_owned),
        }
    }

    #[test]
    fn the_grid_worker_is_called_and_somebody_else_where_none_can_be() {
        let lead = worker(Role::GridLead, Some("13800000001"));
        let both = vec![lead.clone(), worker(Role::GridWorker, Some("13800000002"))];
        let call = whom(both).unwrap();
        assert_eq!(
            (call.label.as_str(), call.number.as_str()),
            ("打电话给网格员", "13800000002")
        );
        let without = vec![worker(Role::GridWorker, None), lead];
        assert_eq!(whom(without).unwrap().label, "打电话给网格长");
        assert_eq!(whom(vec![worker(Role::GridWorker, None)]), None);
    }
}
