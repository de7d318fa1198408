//! The items in IndexedDB, as JSON under their id.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Query, TransactionMode};
use wasm_bindgen::JsValue;

use super::policy::Item;

const DATABASE: &str = "linli";
const VERSION: u32 = 1;
const STORE: &str = "outbox";

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // If this fails, so does each later use of the store, which is where it is told.
            _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    request.await
}

/// Everybody's items. What cannot be read stays in the database and is passed over: a later version may know it.
pub async fn all() -> Result<Vec<Item>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let values = transaction.object_store(STORE)?.get_all(None, None)?.await?;
    transaction.await?;
    database.close();
    Ok(values
        .iter()
        .filter_map(|value| serde_json::from_str(&value.as_string()?).ok())
        .collect())
}

/// Keeps `item`, in place of the one with its id. When this has returned, it is on the device.
pub async fn put(item: &Item) -> Result<(), Error> {
    // A struct of text and numbers has a JSON form.
    let json = serde_json::to_string(item).unwrap_or_default();
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction
        .object_store(STORE)?
        .put(&JsValue::from_str(&json), Some(&JsValue::from_str(&item.id)))?
        .await?;
    transaction.await?;
    database.close();
    Ok(())
}

/// Forgets the item `id`, if it is there.
pub async fn remove(id: &str) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction
        .object_store(STORE)?
        .delete(Query::Key(JsValue::from_str(id)))?
        .await?;
    transaction.await?;
    database.close();
    Ok(())
}
