//! Spoken words of a report, and of what its reporter adds. They may tell who somebody is by their voice: they are heard by the reporter and by
//! those staff who see whose matter it is; never by partners, whoever is complained about, or the public.

use accounts::server::Settings as Cookies;
use axum::{
    Extension,
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use db::{
    Cx, Tx,
    access::Request,
    upload::{self, Keep, Upload},
};
use orgs::server::{photo::hidden, sound};
use shared::{AppError, Permission, RecordId, voice};

use super::{
    hand::{self, Hand},
    page, photo, shown,
    sight::{self, Sight},
    store::{self, Stored},
};
use crate::model::{Act, Action, By, MatterId, Seen, StepId};

/// What uploads are claimed for, with the id of a matter or of a step.
pub(super) const MATTER: &str = "matter_voice";
pub(super) const STEP: &str = "matter_step_voice";

/// What came with a form.
#[derive(Clone, Debug, Default)]
pub struct Handed {
    pub photos: Vec<Vec<u8>>,
    pub voice: Option<Vec<u8>>,
}

impl From<Vec<Vec<u8>>> for Handed {
    fn from(photos: Vec<Vec<u8>>) -> Self {
        Self { photos, voice: None }
    }
}

/// The same, taken in.
#[derive(Clone, Debug, Default)]
pub(super) struct Received {
    photos: Vec<RecordId>,
    voice: Option<RecordId>,
}

impl Received {
    /// Takes in what came.
    pub async fn of(cx: &Cx, handed: Handed) -> Result<Self, AppError> {
        let mut received = Self::default();
        for photo in handed.photos {
            received.photos.push(upload::receive_photo(cx, photo).await?.id);
        }
        if let Some(voice) = handed.voice {
            received.voice = Some(upload::receive_voice(cx, voice).await?.id);
        }
        Ok(received)
    }

    /// Whether words were spoken, and whether photos came.
    pub const fn instead(&self) -> (bool, bool) {
        (self.voice.is_some(), !self.photos.is_empty())
    }

    /// Ties it to its matter, with the transaction that makes it.
    pub async fn claim_for(&self, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
        self.claim(tx, photo::MATTER, MATTER, RecordId(matter.0)).await
    }

    /// Ties it to its step.
    pub async fn claim_for_step(&self, tx: &mut Tx, step: StepId) -> Result<(), AppError> {
        self.claim(tx, photo::STEP, STEP, RecordId(step.0)).await
    }

    /// Ties its photos to a matter as those that everybody sees, in place of those before.
    pub async fn claim_shown(&self, tx: &mut Tx, matter: MatterId) -> Result<(), AppError> {
        shown::clear(tx, matter).await?;
        self.claim(tx, shown::SHOWN, MATTER, RecordId(matter.0)).await
    }

    async fn claim(&self, tx: &mut Tx, shown: &str, said: &str, record: RecordId) -> Result<(), AppError> {
        for photo in &self.photos {
            upload::claim(tx, *photo, shown, record).await?;
        }
        if let Some(voice) = self.voice {
            upload::claim(tx, voice, said, record).await?;
        }
        Ok(())
    }
}

/// Whether a step may be spoken: what its reporter adds or answers.
pub(super) fn check(act: &Act, by: By) -> Result<(), AppError> {
    if by == By::Reporter && matches!(act.action, Action::Add | Action::Resume) {
        Ok(())
    } else {
        Err(AppError::invalid(voice::FIELD, "这一步不能用语音，请写下来。"))
    }
}

/// What was only spoken is written down for a post that may not hear it, by whoever gives it to that; no rule and no category does (`routing.rs`),
/// and other steps that pass something on need words anyway.
///
/// # Errors
/// [`AppError::Invalid`] on `words`.
pub(super) fn written(cx: &Cx, matter: &Stored, act: &Act) -> Result<(), AppError> {
    let deaf = act
        .to
        .as_ref()
        .is_some_and(|(_, role)| !role.allows(Permission::ReportHandle));
    if act.action != Action::Dispatch || act.words.is_some() || !deaf {
        return Ok(());
    }
    if matter.open(cx)?.only_spoken() {
        return Err(AppError::invalid(
            "words",
            "反映人说的是语音，他们听不到，请写下要办什么。",
        ));
    }
    Ok(())
}

/// Who may hear it: whoever knows whose it is.
pub(super) const fn hears(sight: Sight) -> bool {
    sight.own || sight.staff()
}

/// The spoken words of a record.
pub(super) async fn of(tx: &mut Tx, kind: &str, record: RecordId) -> Result<Option<RecordId>, AppError> {
    let found = upload::of_record(tx, kind, record).await?;
    Ok(found.first().map(|upload| upload.id))
}

/// `/reports/voice/ID`
pub(super) async fn voice(
    Extension(request): Extension<Request>,
    cookies: Option<Extension<Cookies>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let cookies = cookies.map(|Extension(cookies)| cookies).unwrap_or_default();
    let hand = Hand::of(&request, cookies, &headers);
    let answer = async {
        let cx = match request.signed_in() {
            Err(_) if !hand.is_empty() => hand::stranger(&request),
            known => known?,
        };
        let id: RecordId = id.parse().map_err(|_| AppError::NotFound)?;
        let upload = heard(&cx, &hand, id).await?;
        let mut played = sound::play(&cx, &upload, Keep::Viewer, &headers).await?;
        // Nothing of it stays on a device.
        let kept = HeaderValue::from_static("no-store");
        played.headers_mut().insert(header::CACHE_CONTROL, kept);
        Ok::<Response, AppError>(played)
    };
    answer.await.unwrap_or_else(|error| hidden(&error))
}

/// The spoken words, if the viewer may hear them.
pub(super) async fn heard(cx: &Cx, hand: &Hand, id: RecordId) -> Result<Upload, AppError> {
    let mut tx = cx.read().await?;
    let upload = upload::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let record = upload.record_id.ok_or(AppError::NotFound)?;
    let (matter, seen) = match upload.record_kind.as_deref() {
        Some(MATTER) => (MatterId(record.0), Seen::Parties),
        Some(STEP) => {
            let step = StepId(record.0);
            store::step_of(&mut tx, step).await?.ok_or(AppError::NotFound)?
        }
        _ => return Err(AppError::NotFound),
    };
    let matter = store::by_id(&mut tx, matter).await?.ok_or(AppError::NotFound)?;
    let sight = sight::with(cx, &mut tx, hand, &matter).await?;
    if hears(sight) && page::sees(sight, seen) {
        Ok(upload)
    } else {
        Err(AppError::NotFound)
    }
}
