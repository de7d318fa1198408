//! Where the files of figures come from.

use axum::{
    Extension, Router,
    extract::Query,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use db::access::Request;
use serde::Deserialize;
use shared::{AppError, Permission};

use super::{export::export, ledger::ledger, page::Wanted, sheet::Format};

/// The routes beside the page.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/reports/figures/export", get(figures))
        .route("/reports/ledger", get(ledger_file))
}

/// As the page's address has it, and as what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    node: String,
    period: String,
    from: String,
    to: String,
    #[serde(rename = "as")]
    format: String,
}

impl Asked {
    fn wanted(self) -> (Wanted, Format) {
        let format = self.format.parse().unwrap_or(Format::Xlsx);
        let wanted = Wanted {
            node: self.node,
            period: self.period,
            from: self.from,
            to: self.to,
        };
        (wanted, format)
    }
}

async fn figures(Extension(request): Extension<Request>, Query(asked): Query<Asked>) -> Response {
    let made = async {
        let cx = request.require(Permission::ReportHandle)?;
        let (wanted, format) = asked.wanted();
        Ok::<_, AppError>((export(&cx, &wanted, format).await?, format))
    };
    answer(made.await)
}

async fn ledger_file(Extension(request): Extension<Request>, Query(asked): Query<Asked>) -> Response {
    let made = async {
        let cx = request.require(Permission::ReportHandle)?;
        let (wanted, format) = asked.wanted();
        Ok::<_, AppError>((ledger(&cx, &wanted, format).await?, format))
    };
    answer(made.await)
}

/// A file and its name, or why there is none.
fn answer(made: Result<((Vec<u8>, String), Format), AppError>) -> Response {
    match made {
        Ok(((file, name), format)) => {
            // A code, a period and an ending: nothing that a header cannot hold.
            let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            let named = named.unwrap_or(HeaderValue::from_static("attachment"));
            (
                [
                    (
                        header::CONTENT_TYPE,
                        HeaderValue::from_static(format.media_type()),
                    ),
                    (header::CONTENT_DISPOSITION, named),
                    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                ],
                file,
            )
                .into_response()
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.message()).into_response()
        }
    }
}
