//! Forms with photos, and photos on their way to a browser. Shared by the pillars whose records have some.
//!
//! The answer to a form leads to a page, so that it works without script. Where it is refused, that page says so beside the fields, and
//! what was typed stands in them again; so does a form with another file that is answered by [`answer_fields`].

use axum::{
    body::Body,
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use db::{
    Cx,
    upload::{Keep, Upload},
};
use leptos::server_fn::error::ServerFnUrlError;
use shared::{AppError, photo, voice};
use ui::{
    form_id,
    returned::{FORM, Kept},
    sending::{Done, Line},
};

use super::sent::{asks_for_lines, lines, refuse, soon, text};
use crate::model::Refusal;

/// What a form has around its photos.
const AROUND: usize = 64 << 10;
/// What a field takes beside its name and its text.
const FIELD_ROOM: usize = 64;
/// How much is read in all, most of it only to be thrown away: a browser reads no answer while it is still sending.
const DRAINED: usize = 16 * photo::LARGEST;

/// A form as it came: what was typed, and its photos or what is wrong with them.
#[derive(Clone, Debug)]
pub struct Sent {
    fields: Vec<(String, String)>,
    photos: Result<Vec<Vec<u8>>, AppError>,
    voice: Option<Vec<u8>>,
}

impl Sent {
    /// Reads a form with at most `most` photos. What is wrong with them is told by [`Sent::take_photos`].
    pub async fn read(mut form: Multipart, most: usize) -> Self {
        let (mut fields, mut voice) = (Vec::new(), None);
        let photos = read(&mut form, most, &mut fields, &mut voice).await;
        Self {
            fields,
            photos,
            voice,
        }
    }

    /// What was put into a field, or nothing.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The photos, once.
    ///
    /// # Errors
    /// What is wrong with them, beside their field.
    pub fn take_photos(&mut self) -> Result<Vec<Vec<u8>>, AppError> {
        std::mem::replace(&mut self.photos, Ok(Vec::new()))
    }

    /// What was spoken, once. What is wrong with it is told by [`Sent::take_photos`].
    pub fn take_voice(&mut self) -> Option<Vec<u8>> {
        self.voice.take()
    }
}

fn broken<E>(_: E) -> AppError {
    Refusal::Broken.error()
}

async fn read(
    form: &mut Multipart,
    most: usize,
    fields: &mut Vec<(String, String)>,
    spoken: &mut Option<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, AppError> {
    let (mut around, mut left) = (AROUND, DRAINED);
    let (mut photos, mut fault) = (Vec::new(), None);
    while let Some(mut field) = soon(form.next_field()).await?.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == voice::FIELD {
            match take(&mut field, voice::LARGEST, &mut left).await? {
                Some(content) if content.is_empty() => {}
                Some(content) => *spoken = Some(content),
                None => fault = fault.or_else(|| Some(voice::too_large())),
            }
            continue;
        }
        if name != photo::FIELD {
            let typed = take(&mut field, around, &mut left).await?;
            let typed = typed.ok_or(AppError::TooLarge)?;
            // A field without anything in it takes room too: of those there could be any number.
            let room = typed.len() + name.len() + FIELD_ROOM;
            around = around.checked_sub(room).ok_or(AppError::TooLarge)?;
            let typed = String::from_utf8(typed).map_err(broken)?;
            if typed.contains('\0') {
                fault = fault.or_else(|| {
                    Some(AppError::invalid(
                        &name,
                        "这里有看不见的空字符，存不下来，请重新输入。",
                    ))
                });
            } else {
                fields.push((name, typed));
            }
            continue;
        }
        // A field in which nothing was chosen comes too, without a name.
        let chosen = field.file_name().is_some_and(|name| !name.is_empty());
        let room = photos.len() < most;
        let content = take(&mut field, if room { photo::LARGEST } else { 0 }, &mut left).await?;
        match content {
            Some(content) if content.is_empty() && !chosen => {}
            Some(content) if room => photos.push(content),
            _ if room => fault = fault.or_else(|| Some(photo::too_large())),
            _ => fault = fault.or_else(|| Some(photo::too_many(most))),
        }
    }
    fault.map_or(Ok(photos), Err)
}

/// A field of at most `most` bytes; `None` if it had more, which are let go as they come.
async fn take(field: &mut Field<'_>, most: usize, left: &mut usize) -> Result<Option<Vec<u8>>, AppError> {
    let mut content = Some(Vec::new());
    while let Some(chunk) = soon(field.chunk()).await?.map_err(broken)? {
        *left = left.checked_sub(chunk.len()).ok_or_else(photo::too_large)?;
        match &mut content {
            Some(held) if held.len() + chunk.len() <= most => held.extend_from_slice(&chunk),
            _ => content = None,
        }
    }
    Ok(content)
}

/// Answers a form that `page` has and that `action` takes: `outcome` is where it leads, or why it was refused.
pub fn answer(
    headers: &HeaderMap,
    page: &str,
    action: &'static str,
    sent: Sent,
    outcome: Result<String, AppError>,
) -> Response {
    answer_fields(headers, page, action, sent.fields, outcome)
}

/// The same for a form that was read some other way: `fields` is what was typed into it.
pub fn answer_fields(
    headers: &HeaderMap,
    page: &str,
    action: &'static str,
    fields: Vec<(String, String)>,
    outcome: Result<String, AppError>,
) -> Response {
    match outcome {
        Ok(to) if asks_for_lines(headers) => {
            lines(StatusCode::OK, Body::from(text(&Line::Done(Done::to(to)))))
        }
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) if asks_for_lines(headers) => refuse(headers, page, &error),
        Err(error) => refused(page, action, fields, &error).unwrap_or_else(|| refuse(headers, page, &error)),
    }
}

/// Back to the form, if that is something to be put right there.
fn refused(
    page: &str,
    action: &'static str,
    fields: Vec<(String, String)>,
    error: &AppError,
) -> Option<Response> {
    let mendable = matches!(
        error,
        AppError::Invalid(_) | AppError::Conflict(_) | AppError::TooLarge | AppError::TooManyRequests { .. }
    );
    let form = fields.iter().find(|(name, _)| name == FORM);
    let form = form.map(|(_, form)| form.clone()).unwrap_or_default();
    // An address is made whole to be worked with; where it is, is left out again.
    let address = ServerFnUrlError::new(action, error.clone()).to_url(&format!("http://here{page}"));
    let mut address = address.ok().filter(|_| mendable)?;
    address.query_pairs_mut().append_pair(FORM, &form);
    let to = format!(
        "{}?{}#{}",
        address.path(),
        address.query().unwrap_or_default(),
        form_id(&plain(&form))
    );
    let mut response = Redirect::to(&to).into_response();
    response.extensions_mut().insert(Kept {
        to: action,
        form,
        fields,
    });
    Some(response)
}

/// A form's name as a fragment can bear it; those of ours are all of this kind.
fn plain(form: &str) -> String {
    form.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect()
}

/// A photo that the viewer may see, or three words if they have it already.
///
/// # Errors
/// [`AppError::NotFound`] if the store has lost it.
pub async fn show(cx: &Cx, upload: &Upload, keep: Keep, asked: &HeaderMap) -> Result<Response, AppError> {
    let tag = upload.etag();
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|one| one.trim().trim_start_matches("W/") == tag)
        });
    let (mut response, headers) = if known {
        let kept = vec![("etag", tag), ("cache-control", keep.cache_control().to_owned())];
        (StatusCode::NOT_MODIFIED.into_response(), kept)
    } else {
        let served = cx.files().serve(upload).await?.kept_by(keep);
        (Body::from_stream(served.body).into_response(), served.headers)
    };
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

/// Tells that a photo is not shown.
pub fn hidden(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CACHE_CONTROL, "no-store")], error.message()).into_response()
}

#[cfg(test)]
#[path = "photo_tests.rs"]
mod tests;
