//! Values that bind to both engines and that `sqlx` has no common type for.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Decode, Encode, Postgres, Sqlite, Type, encode::IsNull, error::BoxDynError, postgres, sqlite};

shared::id! {
    /// An id of any kind.
    Id,
}

macro_rules! any_id {
    ($($name:ident),+) => {$(
        impl From<shared::$name> for Id {
            fn from(id: shared::$name) -> Self {
                Self(id.0)
            }
        }
    )+};
}
any_id!(NodeId, UserId, SessionId, GrantId, DeviceId, RecordId);

/// JSON: text in SQLite (as `json_each` wants it), `jsonb` in PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Type<Sqlite> for Json<T> {
    fn type_info() -> sqlite::SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
    fn compatible(info: &sqlite::SqliteTypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(info)
    }
}

impl<'q, T: Serialize> Encode<'q, Sqlite> for Json<T> {
    fn encode_by_ref(&self, buffer: &mut sqlite::SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(serde_json::to_string(&self.0)?, buffer)
    }
}

impl<'r, T: DeserializeOwned> Decode<'r, Sqlite> for Json<T> {
    fn decode(value: sqlite::SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str as Decode<'r, Sqlite>>::decode(
            value,
        )?)?))
    }
}

impl<T> Type<Postgres> for Json<T> {
    fn type_info() -> postgres::PgTypeInfo {
        <sqlx::types::Json<T> as Type<Postgres>>::type_info()
    }
    fn compatible(info: &postgres::PgTypeInfo) -> bool {
        <sqlx::types::Json<T> as Type<Postgres>>::compatible(info)
    }
}

impl<'q, T: Serialize> Encode<'q, Postgres> for Json<T> {
    fn encode_by_ref(&self, buffer: &mut postgres::PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(sqlx::types::Json(&self.0), buffer)
    }
}

impl<'r, T: DeserializeOwned + 'r> Decode<'r, Postgres> for Json<T> {
    fn decode(value: postgres::PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <sqlx::types::Json<T> as Decode<'r, Postgres>>::decode(value).map(|json| Self(json.0))
    }
}
