//! Identifiers: UUIDv7 newtypes, one a kind, so that a user's id cannot stand where a node's is wanted.
//!
//! In SQLite an id is its hyphenated text, in PostgreSQL a native `uuid`; JSON carries the text, so bulk rows bind
//! the same way on both.

/// Declares UUIDv7 newtypes that serialise as text and bind to both engines.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(text).map(Self)
            }
        }

        $crate::bind_uuid!($name);
    )+};
}

/// Binds a newtype over [`uuid::Uuid`] to SQLite (text) and PostgreSQL (`uuid`).
#[cfg(feature = "ssr")]
#[macro_export]
macro_rules! bind_uuid {
    ($name:ident) => {
        const _: () = {
            use $crate::sqlx::{
                Decode, Encode, Postgres, Sqlite, Type, encode::IsNull, error::BoxDynError, postgres, sqlite,
            };

            impl Type<Sqlite> for $name {
                fn type_info() -> sqlite::SqliteTypeInfo {
                    <String as Type<Sqlite>>::type_info()
                }
                fn compatible(info: &sqlite::SqliteTypeInfo) -> bool {
                    <String as Type<Sqlite>>::compatible(info)
                }
            }
            impl<'q> Encode<'q, Sqlite> for $name {
                fn encode_by_ref(
                    &self,
                    buffer: &mut sqlite::SqliteArgumentsBuffer,
                ) -> Result<IsNull, BoxDynError> {
                    Encode::<Sqlite>::encode(self.0.to_string(), buffer)
                }
            }
            impl<'r> Decode<'r, Sqlite> for $name {
                fn decode(value: sqlite::SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
                    let text = <&str as Decode<'r, Sqlite>>::decode(value)?;
                    Ok(Self(uuid::Uuid::parse_str(text)?))
                }
            }
            impl Type<Postgres> for $name {
                fn type_info() -> postgres::PgTypeInfo {
                    <uuid::Uuid as Type<Postgres>>::type_info()
                }
            }
            impl postgres::PgHasArrayType for $name {
                fn array_type_info() -> postgres::PgTypeInfo {
                    <uuid::Uuid as postgres::PgHasArrayType>::array_type_info()
                }
            }
            impl<'q> Encode<'q, Postgres> for $name {
                fn encode_by_ref(
                    &self,
                    buffer: &mut postgres::PgArgumentBuffer,
                ) -> Result<IsNull, BoxDynError> {
                    <uuid::Uuid as Encode<'q, Postgres>>::encode_by_ref(&self.0, buffer)
                }
            }
            impl<'r> Decode<'r, Postgres> for $name {
                fn decode(value: postgres::PgValueRef<'r>) -> Result<Self, BoxDynError> {
                    <uuid::Uuid as Decode<'r, Postgres>>::decode(value).map(Self)
                }
            }
        };
    };
}

/// In the browser an id binds to nothing.
#[cfg(not(feature = "ssr"))]
#[macro_export]
macro_rules! bind_uuid {
    ($name:ident) => {};
}

id! {
    /// A node of the organisation, from province to micro-grid.
    NodeId,
    /// An account.
    UserId,
    /// A session: one signed-in device.
    SessionId,
    /// A role held at a node.
    GrantId,
    /// A device that somebody signed in from.
    DeviceId,
    /// Anything else that an event or an audit entry speaks of.
    RecordId,
}
