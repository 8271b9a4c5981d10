//! The JavaScript face of search.

use js_sys::{Error, JsString};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::format::manifest::decode_head;
use crate::format::{Fault, FormatError};
use crate::search::{self, QueryOptions, Sort, ToValue, Value};

/// Folds a piece of text with the platform's own tables.
fn normalise(piece: &str) -> String {
    JsString::from(piece).normalize("NFKC").to_lower_case().into()
}

/// The bytes that the body of this manifest file inflates to.
///
/// # Errors
///
/// An `Error` named `VersionError` or `FormatError`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "wasm-bindgen exports only what is public")]
pub fn manifest_body_bytes(file: &[u8]) -> Result<u32, Error> {
    decode_head(file).map_err(error)
}

/// An index that is searched while it loads.
#[wasm_bindgen]
pub struct Engine(search::Engine);

#[wasm_bindgen]
impl Engine {
    /// Opens an index: its manifest as it came, and the inflated body.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8], body: &[u8]) -> Result<Engine, Error> {
        search::Engine::open(file, body, normalise).map(Engine).map_err(error)
    }

    /// Searches: `{ needs }`, or `{ done: answer }`. `filters` are keys and
    /// values in turn, `facets` are keys, each ended by a NUL.
    #[allow(clippy::too_many_arguments, reason = "to read an object would weigh 500 bytes more")]
    pub fn query(
        &self,
        text: &str,
        limit: usize,
        offset: usize,
        newest_first: bool,
        explain: bool,
        recency: f32,
        filters: &str,
        facets: &str,
    ) -> Result<JsValue, Error> {
        let mut options =
            QueryOptions { limit, offset, explain, recency, ..QueryOptions::default() };
        if newest_first {
            options.sort = Sort::Date;
        }
        options.facets = words(facets);
        let mut words = words(filters).into_iter();
        while let (Some(key), Some(value)) = (words.next(), words.next()) {
            match options.filters.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => options.filters.push((key, vec![value])),
            }
        }
        step(self.0.query(text, &options))
    }

    /// The post with this id or address, with those related to it where these are
    /// asked for: `{ needs }`, or `{ done: post }`.
    ///
    /// # Errors
    ///
    /// An `Error` named `NotFoundError` when there is none.
    pub fn post(&self, id: &str, related: bool) -> Result<JsValue, Error> {
        step(match self.0.post(id, related) {
            search::Step::Needs(needs) => search::Step::Needs(needs),
            search::Step::Done(Some(post)) => search::Step::Done(post),
            search::Step::Done(None) => {
                return Err(named("NotFoundError", "no such post in the index"));
            }
        })
    }

    /// The ways that a query being typed may go on: `{ needs }`, or
    /// `{ done: suggestions }`.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<JsValue, Error> {
        step(self.0.suggest(text, limit))
    }

    /// Takes in a file that was needed: its inflated bytes, and its SHA-256 as
    /// it came, empty where that could not be had.
    pub fn load(&mut self, file: &str, bytes: &[u8], sha256: &[u8]) -> Result<(), Error> {
        self.0.load(file, bytes, sha256.try_into().ok()).map_err(error)
    }

    /// The name of this state of the index.
    pub fn generation(&self) -> String {
        self.0.generation()
    }
}

/// The texts that are each ended by a NUL. Cut by std, they would weigh 330 bytes
/// more.
fn words(joined: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in joined.chars() {
        match c {
            '\0' => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words
}

/// `{ needs }` or `{ done }`.
fn step<T: ToValue>(step: search::Step<T>) -> Result<JsValue, Error> {
    match &step {
        search::Step::Needs(needs) => object("needs", needs.value()),
        search::Step::Done(done) => object("done", done.value()),
    }
}

fn object(name: &str, value: Value<'_>) -> Result<JsValue, Error> {
    Value::Object(vec![(name, value)])
        .serialize(&Serializer::json_compatible())
        .map_err(|err| JsValue::from(err).unchecked_into())
}

fn error(err: FormatError) -> Error {
    let name =
        if matches!(err.fault(), Fault::Version { .. }) { "VersionError" } else { "FormatError" };
    named(name, &err.message())
}

fn named(name: &str, message: &str) -> Error {
    let error = Error::new(message);
    error.set_name(name);
    error
}
