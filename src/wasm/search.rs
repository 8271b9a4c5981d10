//! The JavaScript face of search.

use js_sys::{Array, Error, JsString, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::format::FormatError;
use crate::format::manifest::decode_head;
use crate::search::{self, Need, QueryOptions, Sort, ToValue, Value};

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

    /// Searches: `{ needs }`, or `{ done: answer }`.
    pub fn query(&self, text: &str, options: JsValue) -> Result<JsValue, Error> {
        let options =
            read_options(&options).ok_or_else(|| named("TypeError", "invalid query options"))?;
        step(self.0.query(text, &options))
    }

    /// The post with this id: `{ needs }`, or `{ done: post }`.
    ///
    /// # Errors
    ///
    /// An `Error` named `NotFoundError` when there is none.
    pub fn post(&self, id: &str) -> Result<JsValue, Error> {
        step(match self.0.post(id) {
            search::Step::Needs(needs) => search::Step::Needs(needs),
            search::Step::Done(Some(post)) => search::Step::Done(post),
            search::Step::Done(None) => {
                return Err(named("NotFoundError", "no such post in the index"));
            }
        })
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

/// Reads query options; what is left out has its default. None when one is of
/// another type. By hand: with serde it would weigh 10 KB.
fn read_options(given: &JsValue) -> Option<QueryOptions> {
    let mut options = QueryOptions::default();
    for (name, read) in READERS {
        let value = Reflect::get(given, &(*name).into()).unwrap_or_default();
        if !value.is_undefined() {
            read(&mut options, &value)?;
        }
    }
    Some(options)
}

type ReadOption = fn(&mut QueryOptions, &JsValue) -> Option<()>;

const READERS: &[(&str, ReadOption)] = &[
    ("limit", |options, value| Some(options.limit = count(value)?)),
    ("offset", |options, value| Some(options.offset = count(value)?)),
    ("filters", |options, value| {
        for entry in Object::entries(value.dyn_ref()?).iter() {
            let entry: Array = entry.unchecked_into();
            options.filters.push((entry.get(0).as_string()?, strings(&entry.get(1))?));
        }
        Some(())
    }),
    ("sort", |options, value| {
        options.sort = match value.as_string()?.as_str() {
            "relevance" => Sort::Relevance,
            "date" => Sort::Date,
            _ => return None,
        };
        Some(())
    }),
    ("facets", |options, value| Some(options.facets = strings(value)?)),
    ("explain", |options, value| Some(options.explain = value.as_bool()?)),
];

fn count(value: &JsValue) -> Option<usize> {
    let number = value.as_f64()?;
    // Whole, and not out of range: the cast would change any other number.
    (f64::from(number as u32) == number).then_some(number as u32 as usize)
}

fn strings(value: &JsValue) -> Option<Vec<String>> {
    let mut strings = Vec::new();
    for item in value.dyn_ref::<Array>()?.iter() {
        strings.push(item.as_string()?);
    }
    Some(strings)
}

/// `{ needs }` or `{ done }`.
fn step<T: ToValue>(step: search::Step<T>) -> Result<JsValue, Error> {
    match step {
        search::Step::Needs(needs) => {
            let integrities: Vec<String> = needs.iter().map(integrity).collect();
            let needs = needs.iter().zip(&integrities).map(|(need, integrity)| {
                Value::Object(vec![
                    ("file", Value::Text(&need.file)),
                    ("integrity", Value::Text(integrity)),
                    ("inflated_bytes", Value::Count(need.inflated_bytes)),
                    ("deflated", Value::Bool(need.deflated)),
                ])
            });
            to_js(&Value::Object(vec![("needs", Value::List(needs.collect()))]))
        }
        search::Step::Done(done) => to_js(&Value::Object(vec![("done", done.value())])),
    }
}

fn to_js(value: &Value) -> Result<JsValue, Error> {
    let serializer = Serializer::json_compatible();
    value.serialize(&serializer).map_err(|err| JsValue::from(err).unchecked_into())
}

/// A hash as `fetch` takes it: base64 with padding, RFC 4648 section 4. Empty
/// where it is not known yet.
fn integrity(need: &Need) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let Some(bytes) = need.sha256 else { return String::new() };
    let mut text = String::from("sha256-");
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63] as char;
            text.push(if place <= group.len() { digit } else { '=' });
        }
    }
    text
}

fn error(err: FormatError) -> Error {
    let name =
        if matches!(err, FormatError::Version { .. }) { "VersionError" } else { "FormatError" };
    named(name, &err.message())
}

fn named(name: &str, message: &str) -> Error {
    let error = Error::new(message);
    error.set_name(name);
    error
}
