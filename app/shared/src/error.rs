//! The one error that reaches a browser, and its table to HTTP status and Chinese text.

use std::fmt;

use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::wire::TextJson;

/// What is wrong with one field of a form, in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form; empty if the message is about the whole form.
    pub field: String,
    pub message: String,
}

/// What is wrong with a form; collect with [`FieldErrors::check`], end with [`FieldErrors::finish`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// Notes `message` beside `field` unless `holds`.
    pub fn check(&mut self, holds: bool, field: &str, message: &str) {
        if !holds {
            self.add(field, message);
        }
    }

    /// # Errors
    /// [`AppError::Invalid`] if anything was noted.
    pub fn finish(self) -> Result<(), AppError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(self.0))
        }
    }
}

/// What went wrong, as the browser is told. Internals are logged with the trace id and never sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Nobody is signed in (401).
    Unauthenticated,
    /// Signed in, but the role does not allow it (403).
    Forbidden,
    /// An administrator without a second factor in this session (403).
    SecondFactorRequired,
    /// Not there, or outside one's subtree (404).
    NotFound,
    /// Somebody else was faster, or the state does not allow it (409); the text says what to do.
    Conflict(String),
    /// Bad input, by field (422).
    Invalid(Vec<FieldError>),
    /// Too often (429).
    TooManyRequests { retry_after_s: i64 },
    /// The body is too large (413).
    TooLarge,
    /// Busy or restarting, or the network failed (503).
    Unavailable,
    /// A fault of ours (500); the trace id finds it in the log.
    Internal { trace: String },
}

impl AppError {
    /// One field's error.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
    }

    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::SecondFactorRequired => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::TooLarge => 413,
            Self::Invalid(_) => 422,
            Self::TooManyRequests { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable => 503,
        }
    }

    /// What happened and what to do, in that order.
    pub fn message(&self) -> String {
        match self {
            Self::Unauthenticated => "您还没有登录，请先登录。".into(),
            Self::Forbidden => "您的角色不能做这件事。需要的话，请联系管理员授权。".into(),
            Self::SecondFactorRequired => "这件事需要动态口令。请在“我的”里完成验证后再试。".into(),
            Self::NotFound => "没有找到。可能地址不对，或者不在您负责的范围内。".into(),
            Self::Conflict(text) => text.clone(),
            Self::Invalid(fields) => match fields.as_slice() {
                [one] => one.message.clone(),
                many => format!("有 {} 处需要改一下。", many.len()),
            },
            Self::TooManyRequests { retry_after_s } if *retry_after_s > 90 => {
                format!("操作太频繁，请 {} 分钟后再试。", (retry_after_s + 59) / 60)
            }
            Self::TooManyRequests { retry_after_s } => format!("操作太频繁，请 {retry_after_s} 秒后再试。"),
            Self::TooLarge => "内容太大，请减小后再传。".into(),
            Self::Unavailable => "网络不通或服务正忙，请稍后再试。".into(),
            Self::Internal { trace } => {
                format!("出了点问题，我们已经记下。再试一次；还不行，请告诉我们编号 {trace}。")
            }
        }
    }

    /// The messages beside `field`.
    pub fn for_field<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let fields: &[FieldError] = if let Self::Invalid(fields) = self {
            fields
        } else {
            &[]
        };
        fields
            .iter()
            .filter(move |f| f.field == field)
            .map(|f| f.message.as_str())
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = TextJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::invalid("", "填写的内容读不出来，请检查后再试。")
            }
            ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::NotFound,
            _ => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_field_errors() {
        let mut errors = FieldErrors::default();
        errors.check(true, "name", "不会出现");
        errors.check(false, "phone", "请填 11 位手机号。");
        let error = errors.finish().unwrap_err();
        assert_eq!(error.status(), 422);
        assert_eq!(
            error.for_field("phone").collect::<Vec<_>>(),
            ["请填 11 位手机号。"]
        );
        assert_eq!(error.for_field("name").count(), 0);
        assert!(FieldErrors::default().finish().is_ok());
    }

    #[test]
    fn says_when_to_come_back() {
        assert!(
            AppError::TooManyRequests { retry_after_s: 30 }
                .message()
                .contains("30 秒")
        );
        assert!(
            AppError::TooManyRequests { retry_after_s: 3600 }
                .message()
                .contains("60 分钟")
        );
    }
}
