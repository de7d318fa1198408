//! What a page fetches.
//!
//! leptos compiles its whole machinery of asynchronous values anew for every type and every fetch: 15 KB of code each,
//! three times in the map's page alone. [`Resource`] is used like leptos' own and has one machinery for all: inside it
//! holds any value, fetched by any future, behind a pointer.

use std::{
    any::Any,
    cell::Cell,
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
};

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::{Serialize, de::DeserializeOwned};

type Fetched<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Inner = leptos::prelude::Resource<Erased, Codec>;

/// A value that is fetched on the server while it renders, travels in the page, and is fetched anew in the browser when
/// its source changes.
///
/// Awaiting it in a `Suspend` tracks it. Make it in a page's `view`, never inside a `Suspend`: the browser would not find it.
pub struct Resource<T> {
    inner: Inner,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<T> fmt::Debug for Resource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resource")
    }
}

impl<T> Resource<T>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Fetches with what `source` gives, at once and whenever that changes.
    pub fn new<S, F>(
        source: impl Fn() -> S + Send + Sync + 'static,
        fetch: impl Fn(S) -> F + Send + Sync + 'static,
    ) -> Self
    where
        S: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let source = Box::new(move || Key::new(source()));
        let fetch = Box::new(move |key: Key| -> Fetched<Erased> {
            let fetched = fetch(key.get());
            Box::pin(async move { Erased::new(fetched.await) })
        });
        // Read while the resource is made, if the page brought it along.
        let before = READER.replace(read::<T>);
        let inner = erased(source, fetch);
        READER.set(before);
        Self {
            inner,
            kind: PhantomData,
        }
    }

    /// Fetches again with the same source; what is shown stays until then.
    pub fn refetch(&self) {
        self.inner.refetch();
    }

    /// The value, if it is there, tracked.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        self.inner
            .with(|now| now.as_ref().map(|now| now.get::<T>().clone()))
    }

    /// Looks at the value, if it is there, without tracking it.
    pub fn with_untracked<U>(&self, look: impl FnOnce(Option<&T>) -> U) -> U {
        self.inner
            .with_untracked(|now| look(now.as_ref().map(Erased::get)))
    }
}

impl<T> IntoFuture for Resource<T>
where
    T: Clone + 'static,
{
    type Output = T;
    type IntoFuture = Fetched<T>;

    fn into_future(self) -> Self::IntoFuture {
        let value = self.inner.into_future();
        Box::pin(async move { value.await.get::<T>().clone() })
    }
}

fn erased(
    source: Box<dyn Fn() -> Key + Send + Sync>,
    fetch: Box<dyn Fn(Key) -> Fetched<Erased> + Send + Sync>,
) -> Inner {
    Inner::new_with_options(source, fetch, false)
}

/// A value of some resource's type.
#[derive(Clone)]
struct Erased {
    value: Arc<dyn Any + Send + Sync>,
    // In the browser nothing is written, and a pointer here would keep every type's writer in the bundle.
    #[cfg(feature = "ssr")]
    write: fn(&Self) -> Result<String, serde_json::Error>,
}

impl Erased {
    fn new<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        Self {
            value: Arc::new(value),
            #[cfg(feature = "ssr")]
            write: |this| serde_json::to_string(this.get::<T>()),
        }
    }

    fn get<T: 'static>(&self) -> &T {
        self.value
            .downcast_ref()
            .expect("a resource holds what its own fetch gave")
    }
}

/// What a resource depends on, of any type.
#[derive(Clone)]
struct Key {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&Self, &Self) -> bool,
}

impl Key {
    fn new<S: PartialEq + Send + Sync + 'static>(value: S) -> Self {
        Self {
            value: Arc::new(value),
            same: |a, b| a.value.downcast_ref::<S>() == b.value.downcast_ref::<S>(),
        }
    }

    fn get<S: Clone + 'static>(&self) -> S {
        self.value
            .downcast_ref::<S>()
            .expect("a resource's key is what its own source gave")
            .clone()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(self, other)
    }
}

type Reader = fn(&str) -> Result<Erased, serde_json::Error>;

thread_local! {
    /// How the value of the resource that is being made is read from the page.
    static READER: Cell<Reader> = const { Cell::new(read::<()>) };
}

fn read<T: Serialize + DeserializeOwned + Send + Sync + 'static>(
    text: &str,
) -> Result<Erased, serde_json::Error> {
    serde_json::from_str::<T>(text).map(Erased::new)
}

struct Codec;

impl Encoder<Erased> for Codec {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &Erased) -> Result<String, Self::Error> {
        #[cfg(feature = "ssr")]
        let text = (value.write)(value);
        #[cfg(not(feature = "ssr"))]
        let text = {
            _ = value;
            Ok(String::new())
        };
        text
    }
}

impl Decoder<Erased> for Codec {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<Erased, Self::Error> {
        READER.get()(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_if_their_values_are() {
        assert!(Key::new("a".to_owned()) == Key::new("a".to_owned()));
        assert!(Key::new(1) != Key::new(2));
        assert_eq!(Key::new((1, "b")).get::<(i32, &str)>(), (1, "b"));
    }

    #[test]
    fn a_value_is_read_by_the_reader_of_the_resource_that_is_made() {
        let before = READER.replace(read::<Vec<u8>>);
        let value = Codec::decode("[1,2]").unwrap();
        assert_eq!(value.get::<Vec<u8>>(), &[1, 2]);
        assert!(
            Codec::decode("{}").is_err(),
            "an older page's value is fetched again"
        );
        READER.set(before);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_value_is_written_as_its_own_type() {
        assert_eq!(Codec::encode(&Erased::new(("邻里", 1))).unwrap(), r#"["邻里",1]"#);
    }
}
