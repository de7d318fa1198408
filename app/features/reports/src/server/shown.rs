//! Photos that everybody sees of a published matter: uploads of their own, chosen one by one and covered on the device before they were sent.
//! What was handed in with the report is never among them.

use accounts::server::Settings as Cookies;
use axum::{Extension, extract::Path, http::HeaderMap, response::Response};
use db::{
    Cx, Tx,
    access::Request,
    upload::{self, Keep, Upload},
};
use orgs::server::photo::{hidden, show};
use shared::{AppError, RecordId};

use super::{
    hand::{self, Hand},
    sight, store,
};
use crate::model::MatterId;

/// What uploads are claimed for, with the id of a matter.
pub(super) const SHOWN: &str = "matter_shown";

/// Takes away what was shown until now.
pub(super) async fn clear(tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
    for old in upload::of_record(tx, SHOWN, RecordId(matter.0)).await? {
        upload::remove(tx, old.id).await?;
    }
    Ok(())
}

/// `/reports/shown/ID`
pub(super) async fn photo(
    Extension(request): Extension<Request>,
    cookies: Option<Extension<Cookies>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cookies = cookies.map(|Extension(cookies)| cookies).unwrap_or_default();
    let hand = Hand::of(&request, cookies, &headers);
    let answer = async {
        let cx = request.signed_in().unwrap_or_else(|_| hand::stranger(&request));
        let id: RecordId = id.parse().map_err(|_| AppError::NotFound)?;
        let (upload, keep) = readable(&cx, &hand, id).await?;
        show(&cx, &upload, keep, &headers).await
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The photo, as long as its matter is published; before and after that nobody sees it.
pub(super) async fn readable(cx: &Cx, hand: &Hand, id: RecordId) -> Result<(Upload, Keep), AppError> {
    let mut tx = cx.read().await?;
    let upload = upload::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let record = upload.record_id.ok_or(AppError::NotFound)?;
    if upload.record_kind.as_deref() != Some(SHOWN) {
        return Err(AppError::NotFound);
    }
    let matter = store::by_id(&mut tx, MatterId(record.0)).await?;
    let matter = matter.ok_or(AppError::NotFound)?;
    if sight::with(cx, &mut tx, hand, &matter).await?.public {
        Ok((upload, Keep::Everybody))
    } else {
        Err(AppError::NotFound)
    }
}
