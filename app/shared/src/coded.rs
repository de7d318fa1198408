//! Enums with a stable code that is stored and sent, and a Chinese label that is shown.

/// A code that no variant has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown code {0:?}")]
pub struct UnknownCode(pub String);

/// Declares such enums; under `ssr` they bind to both engines as text.
#[macro_export]
macro_rules! coded {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// By its label, as files from offices have it, or its code.
            pub fn told(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.label() == text || one.code() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok(Self::$variant),)+ other => Err($crate::UnknownCode(other.to_owned())) }
            }
        }

        $crate::bind_text!($name);
    )+};
}

/// Binds a type to both engines through `Display` and `FromStr`.
#[cfg(feature = "ssr")]
#[macro_export]
macro_rules! bind_text {
    ($name:ident) => {
        const _: () = {
            use $crate::sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

            impl<DB: Database> Type<DB> for $name
            where
                String: Type<DB>,
            {
                fn type_info() -> DB::TypeInfo {
                    String::type_info()
                }
                fn compatible(info: &DB::TypeInfo) -> bool {
                    String::compatible(info)
                }
            }

            impl<'q, DB: Database> Encode<'q, DB> for $name
            where
                String: Encode<'q, DB>,
            {
                fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                    self.to_string().encode(buffer)
                }
            }

            impl<'r, DB: Database> Decode<'r, DB> for $name
            where
                &'r str: Decode<'r, DB>,
            {
                fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                    Ok(<&str as Decode<'r, DB>>::decode(value)?.parse()?)
                }
            }
        };
    };
}

/// In the browser a type binds to nothing.
#[cfg(not(feature = "ssr"))]
#[macro_export]
macro_rules! bind_text {
    ($name:ident) => {};
}

#[cfg(test)]
mod tests {
    crate::coded! {
        /// For the test.
        Fruit {
            Apple = "apple", "苹果";
            Pear = "pear", "梨";
        }
    }

    #[test]
    fn a_code_finds_its_variant_again() {
        for fruit in Fruit::ALL {
            assert_eq!(fruit.code().parse(), Ok(*fruit));
            assert_eq!(Fruit::told(fruit.label()), Some(*fruit));
        }
        assert_eq!("apple".parse::<Fruit>().map(Fruit::label), Ok("苹果"));
        assert!("plum".parse::<Fruit>().is_err());
    }
}
