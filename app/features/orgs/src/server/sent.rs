//! Receiving a form with a file, and answering a form whose work takes long. Shared by all imports.

use std::{future::Future, pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use db::{access::TRACE, audit::export::Format};
use futures::stream;
use shared::AppError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use ui::sending::{Done, LINES, Line, Phase};

use crate::model::{LARGEST, Refusal};

/// What a form has around its file: names, dates, choices.
const AROUND: usize = 64 << 10;

/// How much more is read, and thrown away, of a file that is too large. A browser reads no answer while it is still
/// sending, so without this its user would see a broken connection instead of a sentence.
const DRAINED: usize = 4 * LARGEST;

/// For how long nothing at all may come of a file: a slow line may take its time over a large one, a dead line may not.
const IDLE: Duration = Duration::from_secs(30);

/// What comes next of a form with a file. Whoever reads one without [`Sent`] asks for its pieces by this.
///
/// # Errors
/// [`Refusal::Slow`] if nothing came for half a minute.
pub async fn soon<T>(next: impl Future<Output = T>) -> Result<T, AppError> {
    within(IDLE, next).await
}

async fn within<T>(idle: Duration, next: impl Future<Output = T>) -> Result<T, AppError> {
    let came = tokio::time::timeout(idle, next).await;
    came.map_err(|_| Refusal::Slow.error())
}

/// A form that was received.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub file_name: String,
    pub content: Bytes,
    fields: Vec<(String, String)>,
}

impl Sent {
    /// Reads a form whose file is called `file`. No more than [`LARGEST`] bytes of it are held.
    ///
    /// # Errors
    /// A [`Refusal`] as the form's error.
    pub async fn read(form: Multipart) -> Result<Self, AppError> {
        Self::read_patiently(form, IDLE).await
    }

    /// The same for a file of at most `most` bytes; what was typed is there also where the file is not taken.
    pub async fn read_typed(form: Multipart, most: usize) -> (Self, Result<(), AppError>) {
        let mut sent = Self::default();
        let read = sent.fill(form, most, IDLE).await;
        (sent, read)
    }

    async fn read_patiently(form: Multipart, idle: Duration) -> Result<Self, AppError> {
        let mut sent = Self::default();
        sent.fill(form, LARGEST, idle).await?;
        Ok(sent)
    }

    async fn fill(&mut self, mut form: Multipart, largest: usize, idle: Duration) -> Result<(), AppError> {
        let broken = |_| Refusal::Broken.error();
        let (mut around, mut left) = (AROUND, DRAINED);
        let mut large = false;
        while let Some(mut field) = within(idle, form.next_field()).await?.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = name == "file";
            if file {
                self.file_name = file_name(field.file_name().unwrap_or_default());
            }
            let most = if file { largest } else { around };
            let (content, over) = take(&mut field, most, &mut left, idle).await?;
            large |= over;
            if file {
                self.content = content.into();
            } else {
                around -= content.len().min(around);
                let text = String::from_utf8(content).map_err(|_| Refusal::Broken.error())?;
                self.fields.push((name, text));
            }
        }
        if large {
            Err(Refusal::Large.error())
        } else if self.content.is_empty() {
            Err(Refusal::Empty.error())
        } else {
            Ok(())
        }
    }

    /// What was typed, by field.
    pub fn into_fields(self) -> Vec<(String, String)> {
        self.fields
    }

    /// What was put into a field, or nothing.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

/// A name to show: without control characters, and no longer than a line.
fn file_name(sent: &str) -> String {
    sent.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// A field of at most `most` bytes, and whether it had more; those are let go as they come.
async fn take(
    field: &mut Field<'_>,
    most: usize,
    left: &mut usize,
    idle: Duration,
) -> Result<(Vec<u8>, bool), AppError> {
    let broken = |_| Refusal::Broken.error();
    let (mut content, mut over) = (Vec::new(), false);
    while let Some(chunk) = within(idle, field.chunk()).await?.map_err(broken)? {
        *left = left
            .checked_sub(chunk.len())
            .ok_or_else(|| Refusal::Large.error())?;
        if over || content.len() + chunk.len() > most {
            over = true;
            content = Vec::new();
        } else {
            content.extend_from_slice(&chunk);
        }
    }
    Ok((content, over))
}

/// Where work says how far it is.
#[derive(Clone, Debug, Default)]
pub struct Steps(Option<UnboundedSender<Phase>>);

impl Steps {
    /// Steps, and where they are heard of.
    pub fn told() -> (Self, UnboundedReceiver<Phase>) {
        let (told, heard) = unbounded_channel();
        (Self(Some(told)), heard)
    }

    pub fn at(&self, phase: Phase) {
        if let Some(told) = &self.0 {
            // Nobody listens any more: then this work is about to be dropped.
            _ = told.send(phase);
        }
    }

    /// Whether somebody waits for what the page will show.
    pub const fn watched(&self) -> bool {
        self.0.is_some()
    }
}

type Work = Pin<Box<dyn Future<Output = Result<Done, AppError>> + Send>>;

/// Does `work` and answers the form that asked for it: with lines if it asks for lines, else by leading to the page, to
/// `page` with the refusal's code where there is one. Whoever closes the connection ends the work with it.
pub async fn answer<F>(
    headers: &HeaderMap,
    trace: String,
    page: &str,
    work: impl FnOnce(Steps) -> F,
) -> Response
where
    F: Future<Output = Result<Done, AppError>> + Send + 'static,
{
    if !asks_for_lines(headers) {
        return match work(Steps::default()).await {
            Ok(done) => Redirect::to(&done.to).into_response(),
            Err(error) => refuse(headers, page, &error),
        };
    }
    let (steps, heard) = Steps::told();
    // The answer's body is polled after the request was handled, out of its scope.
    let work: Work = Box::pin(TRACE.scope(trace, work(steps)));
    lines(
        StatusCode::OK,
        Body::from_stream(stream::unfold(Some((work, heard)), next)),
    )
}

/// The next line: a phase, or the outcome, after which there is none.
async fn next(
    state: Option<(Work, UnboundedReceiver<Phase>)>,
) -> Option<(
    Result<String, std::convert::Infallible>,
    Option<(Work, UnboundedReceiver<Phase>)>,
)> {
    let (mut work, mut heard) = state?;
    let (line, state) = tokio::select! {
        biased;
        Some(phase) = heard.recv() => (Line::At(phase), Some((work, heard))),
        outcome = &mut work => (outcome.map_or_else(Line::Failed, Line::Done), None),
    };
    Some((Ok(text(&line)), state))
}

pub(super) fn text(line: &Line) -> String {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}

/// Tells that a form is not taken.
pub fn refuse(headers: &HeaderMap, page: &str, error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if asks_for_lines(headers) {
        return lines(status, Body::from(text(&Line::Failed(error.clone()))));
    }
    match Refusal::of(error) {
        Some(refusal) => {
            let sign = if page.contains('?') { '&' } else { '?' };
            Redirect::to(&format!("{page}{sign}fault={}", refusal.code())).into_response()
        }
        None => (status, error.message()).into_response(),
    }
}

/// A table as a file. Its cells are made by [`db::audit::export::cell`].
pub fn csv(file_name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, Format::Csv.media_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file_name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

pub(super) fn asks_for_lines(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == LINES.as_bytes())
}

pub(super) fn lines(status: StatusCode, body: Body) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(LINES));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that collect an answer before they pass it on would keep the phases back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

#[cfg(test)]
#[path = "sent_tests.rs"]
mod tests;
