//! When the outbox sends, and what it does with the answers.

use std::{pin::Pin, time::Duration};

use leptos::{
    logging,
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};
use shared::UserId;

use super::{
    Change, Item, NotKept, Outbox, State, files,
    policy::{self, Step},
    sender, store,
};
use crate::browser;

/// How long after it could not be loaded what sends is asked for again.
const AGAIN: Duration = Duration::from_secs(5);

fn now_ms() -> i64 {
    // Whole milliseconds of a browser's clock fit.
    js_sys::Date::now() as i64
}

/// Sends at once and whenever there is a reason to believe that it works now.
pub fn start(outbox: Outbox) {
    Effect::new(move |_| {
        // The person is known, or has changed.
        outbox.user.track();
        wake(outbox);
    });
    Effect::new(move |_| {
        for event in ["online", "linli:online", "pageshow"] {
            browser::listen(event, move |_| wake(outbox));
        }
        browser::listen("visibilitychange", move |_| {
            if !document().hidden() {
                wake(outbox);
            }
        });
    });
}

/// Nobody's page has nothing to send, so it does not load what sends either.
fn wake(outbox: Outbox) {
    if outbox.user.try_get_untracked().flatten().is_none() {
        return;
    }
    spawn_local(async move {
        if deliver(outbox).await.is_ok() {
            return;
        }
        // A page that is being left breaks off what it loads, and is gone before this; only what fails again is told.
        set_timeout(
            move || {
                spawn_local(async move {
                    if let Err(error) = deliver(outbox).await {
                        // The items are safe on the device, and the next reason to try loads it again.
                        logging::warn!("the outbox cannot send yet: {error}");
                    }
                });
            },
            AGAIN,
        );
    });
}

async fn deliver(outbox: Outbox) -> Result<(), SplitLoaderError> {
    // Delivering keeps nothing, so nothing can be not kept.
    _ = work(outbox, Task::Deliver).await?.await;
    Ok(())
}

/// What is done with the items.
enum Task {
    Deliver,
    Keep(Item),
    Change(String, Change),
}

/// A task on its way; of one that keeps an item, the id under which it is kept.
type Work = Pin<Box<dyn Future<Output = Result<Option<String>, NotKept>>>>;

/// All that reads, sends and writes, in a file of its own: most who open a page have nothing to send.
#[wasm_split(outbox_run, wasm_split_path = leptos::wasm_split, fallible)]
fn work(outbox: Outbox, task: Task) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        match task {
            Task::Deliver => refresh_and_send(outbox).await,
            Task::Keep(item) => return keep_now(outbox, item).await.map(Some),
            Task::Change(id, change) => change_now(outbox, id, change).await,
        }
        Ok(None)
    }))
}

async fn refresh_and_send(outbox: Outbox) {
    match store::all().await {
        Ok(items) => _ = outbox.items.try_set(items),
        Err(error) => logging::warn!("the outbox cannot be read: {error}"),
    }
    send_due(outbox, true).await;
}

/// One run over what is due. Two tabs may run at once: the server does each item once by its id.
async fn send_due(outbox: Outbox, eager: bool) {
    if outbox.running.try_get_untracked() != Some(false) {
        return;
    }
    let Some(user) = outbox.user.try_get_untracked().flatten() else {
        return;
    };
    let due = outbox
        .items
        .with_untracked(|items| policy::due(items, user, now_ms(), eager));
    if due.is_empty() {
        set_timer(outbox, user);
        return;
    }
    outbox.running.set(true);
    for item in due {
        let still_there = outbox
            .items
            .with_untracked(|items| items.iter().any(|other| other.id == item.id));
        if !still_there || outbox.user.get_untracked() != Some(user) {
            continue;
        }
        let outcome = sender::send(&item).await;
        let (step, stop) = match policy::after(item.clone(), &outcome, now_ms()) {
            Step::Sent => (None, false),
            Step::Keep(kept) => (Some(kept), false),
            Step::Stop(kept) => (Some(kept), true),
        };
        match step {
            Some(kept) => replace(outbox, kept).await,
            None => {
                forget(outbox, &item.id).await;
                // Last: whoever hears of it may load another page.
                outbox.sent.update(|sent| sent.push(item.id));
            }
        }
        if stop {
            break;
        }
    }
    outbox.running.set(false);
    set_timer(outbox, user);
}

fn set_timer(outbox: Outbox, user: UserId) {
    let wait = outbox
        .items
        .with_untracked(|items| policy::next_wait_ms(items, user, now_ms()));
    if let Some(wait) = wait {
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or_default());
        set_timeout(move || spawn_local(send_due(outbox, false)), wait);
    }
}

async fn replace(outbox: Outbox, item: Item) {
    if let Err(error) = store::put(&item).await {
        // The older form of it is still there and is tried again.
        logging::warn!("the outbox cannot be written: {error}");
    }
    outbox.items.update(|items| {
        if let Some(old) = items.iter_mut().find(|old| old.id == item.id) {
            *old = item;
        }
    });
}

async fn forget(outbox: Outbox, id: &str) {
    if let Err(error) = store::remove(id).await {
        // It is sent once more next time, and the server knows it by its id.
        logging::warn!("the outbox cannot be written: {error}");
    }
    let gone = outbox
        .items
        .with_untracked(|items| items.iter().find(|item| item.id == id).cloned());
    if let Some(gone) = gone {
        files::forget(&gone).await;
    }
    outbox.items.update(|items| items.retain(|item| item.id != id));
}

/// A random id (RFC 9562, version 4) from the browser's own generator.
fn new_id() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bytes)
        .ok()?;
    Some(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

pub async fn keep(
    outbox: Outbox,
    user: UserId,
    path: &str,
    label: &str,
    body: String,
) -> Result<String, NotKept> {
    let item = Item {
        id: new_id().ok_or(NotKept)?,
        owner: user,
        path: path.to_owned(),
        body,
        label: label.to_owned(),
        made_at_ms: now_ms(),
        attempts: 0,
        next_try_ms: 0,
        state: State::Waiting,
    };
    let kept = work(outbox, Task::Keep(item)).await.map_err(|_| NotKept)?;
    kept.await?.ok_or(NotKept)
}

async fn keep_now(outbox: Outbox, item: Item) -> Result<String, NotKept> {
    // What was pressed twice, in another tab or before this page had read what waits, is one write.
    let same = store::all()
        .await
        .unwrap_or_default()
        .into_iter()
        .find(|other| other.owner == item.owner && other.path == item.path && other.body == item.body);
    let item = match same {
        Some(mut same) => {
            same.state = State::Waiting;
            same
        }
        None => item,
    };
    store::put(&item).await.map_err(|error| {
        logging::warn!("the outbox cannot be written: {error}");
        NotKept
    })?;
    let id = item.id.clone();
    outbox.items.update(|items| {
        // A run that began meanwhile may have read it already.
        items.retain(|other| other.id != item.id);
        items.push(item);
    });
    spawn_local(async move {
        send_due(outbox, true).await;
        // A browser short of room may clear what it was not asked to keep; whether it agrees changes nothing here.
        browser::call_async("persist").await;
    });
    Ok(id)
}

pub fn change(outbox: Outbox, id: String, change: Change) {
    spawn_local(async move {
        match work(outbox, Task::Change(id, change)).await {
            Ok(work) => _ = work.await,
            Err(error) => logging::warn!("the outbox cannot be changed yet: {error}"),
        }
    });
}

async fn change_now(outbox: Outbox, id: String, change: Change) {
    if change == Change::Discard {
        forget(outbox, &id).await;
        return;
    }
    let found = outbox
        .items
        .with_untracked(|items| items.iter().find(|item| item.id == id).cloned());
    if let Some(mut item) = found {
        item.state = State::Waiting;
        replace(outbox, item).await;
        send_due(outbox, true).await;
    }
}
