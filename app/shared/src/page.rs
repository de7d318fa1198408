//! Lists page by keyset cursor, never by offset.

use serde::{Deserialize, Serialize};

/// An opaque position in a list: the sort key of the last row shown and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub key: String,
    pub id: uuid::Uuid,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}", self.id.simple(), self.key)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, key) = text.split_once('~').ok_or(())?;
        Ok(Self {
            key: key.to_owned(),
            id: uuid::Uuid::try_parse(id).map_err(|_| ())?,
        })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of at most `size` rows out of `rows`, of which the store fetched `size + 1`.
    pub fn cut(mut rows: Vec<T>, size: usize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more {
            rows.last().map(|row| cursor(row).to_string())
        } else {
            None
        };
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor {
            key: "changshu~shi".into(),
            id: uuid::Uuid::from_u128(7),
        };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert!("garbage".parse::<Cursor>().is_err());
        assert!("../~x".parse::<Cursor>().is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let cursor = |n: &i32| Cursor {
            key: n.to_string(),
            id: uuid::Uuid::nil(),
        };
        assert!(Page::cut(vec![1, 2], 2, cursor).next.is_none());
        let page = Page::cut(vec![1, 2, 3], 2, cursor);
        assert_eq!(page.rows, [1, 2]);
        assert!(page.next.unwrap().ends_with("~2"));
    }
}
