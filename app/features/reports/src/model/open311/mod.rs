//! What an Open311 client asks and sends, checked once: `docs/OPEN311.md` has the sentences of the specification beside it.

mod asked;
mod moment;
mod posted;
#[cfg(test)]
mod tests;

pub use asked::{Asked, FARTHEST, MOST};
pub use moment::moment;
pub use posted::{DESCRIPTION, Posted, Where};

use shared::AppError;

/// Why something is not done: a status, and words for whoever uses the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub status: u16,
    pub words: String,
}

impl Trouble {
    /// What the specification calls a general service error.
    pub fn wrong(words: impl Into<String>) -> Self {
        Self {
            status: 400,
            words: words.into(),
        }
    }

    /// There is nothing of that name.
    pub fn missing(words: impl Into<String>) -> Self {
        Self {
            status: 404,
            words: words.into(),
        }
    }

    /// The key is missing, or none.
    pub fn key(words: impl Into<String>) -> Self {
        Self {
            status: 403,
            words: words.into(),
        }
    }
}

/// All that is wrong, at least one: the answer is a list.
pub type Troubles = Vec<Trouble>;

/// The errors of the house as the specification knows them: 404 for what is not there, 403 for the key alone, 400 for all else that the
/// client can do something about.
pub fn troubles(error: &AppError) -> Troubles {
    let status = match error {
        AppError::Invalid(fields) if !fields.is_empty() => {
            return fields
                .iter()
                .map(|field| {
                    Trouble::wrong(if field.field.is_empty() {
                        field.message.clone()
                    } else {
                        format!("{}：{}", field.field, field.message)
                    })
                })
                .collect();
        }
        AppError::Unauthenticated
        | AppError::Forbidden
        | AppError::SecondFactorRequired
        | AppError::Conflict(_)
        | AppError::Invalid(_) => 400,
        AppError::NotFound
        | AppError::TooManyRequests { .. }
        | AppError::TooLarge
        | AppError::Unavailable
        | AppError::Internal { .. } => error.status(),
    };
    vec![Trouble {
        status,
        words: error.message(),
    }]
}

/// The arguments of a query or a form, in their order.
pub type Arguments = [(String, String)];

/// The first value of an argument. An empty one is as good as none.
pub fn argument<'a>(arguments: &'a Arguments, name: &str) -> &'a str {
    let mut values = arguments.iter().filter(|(known, _)| known == name);
    values
        .find_map(|(_, value)| Some(value.trim()).filter(|value| !value.is_empty()))
        .unwrap_or_default()
}

/// All values of an argument that may be given several times, or several with commas between.
fn listed(arguments: &Arguments, name: &str) -> Vec<String> {
    let values = arguments.iter().filter(|(known, _)| known == name);
    let mut all: Vec<String> = values
        .flat_map(|(_, value)| value.split(','))
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
        .collect();
    all.sort();
    all.dedup();
    all
}
