//! A static server like the hosts that blogs stand on: it gzips text, scripts
//! and wasm, and nothing else; files named by their content never expire, all
//! others are asked for again each time.

use std::fs;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, IF_NONE_MATCH, LOCATION, VARY,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::stamp::hex;

/// The files of an index that are named by their content, by `sakuin::format`.
const NAMED_BY_HASH: &str = "skn";

/// Extension, MIME type, and whether it travels gzipped.
const TYPES: [(&str, &str, bool); 15] = [
    ("html", "text/html; charset=utf-8", true),
    ("js", "text/javascript; charset=utf-8", true),
    ("css", "text/css; charset=utf-8", true),
    ("json", "application/json", true),
    ("wasm", "application/wasm", true),
    ("svg", "image/svg+xml", false),
    ("png", "image/png", false),
    ("jpg", "image/jpeg", false),
    ("jpeg", "image/jpeg", false),
    ("webp", "image/webp", false),
    ("avif", "image/avif", false),
    ("gif", "image/gif", false),
    ("ico", "image/x-icon", false),
    ("xml", "application/xml", false),
    ("txt", "text/plain; charset=utf-8", false),
];

/// Serves the files below `site` on any free port of 127.0.0.1 while the process
/// lasts, and returns the address.
pub(crate) fn start(site: PathBuf) -> Result<String> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || serve(&site, 0, |address| drop(send.send(address.to_owned()))));
    receive.recv().context("the server could not start")
}

/// Serves the files below `site` on 127.0.0.1 until the process ends, and calls
/// `ready` with the address as soon as it listens. Port 0 is any free one.
pub(crate) fn serve(site: &Path, port: u16, ready: impl FnOnce(&str)) -> Result<()> {
    let site = site.canonicalize().with_context(|| site.display().to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("port {port} of 127.0.0.1"))?;
        ready(&format!("http://{}/", listener.local_addr()?));
        loop {
            let (stream, _) = listener.accept().await?;
            let site = site.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let response = respond(&site, &request);
                    async move { Ok::<_, std::convert::Infallible>(response) }
                });
                // A browser that hangs up in the middle is no fault of ours.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

/// The answer to one request.
fn respond<B>(site: &Path, request: &Request<B>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return empty(StatusCode::METHOD_NOT_ALLOWED, ALLOW, "GET, HEAD");
    }
    let path = request.uri().path();
    let Some(mut file) = file_of(site, path) else {
        return not_found(site, request.headers());
    };
    if file.is_dir() {
        if !path.ends_with('/') {
            return empty(StatusCode::MOVED_PERMANENTLY, LOCATION, &format!("{path}/"));
        }
        file.push("index.html");
    }
    match fs::read(&file) {
        Ok(bytes) => found(&file, bytes, StatusCode::OK, request.headers()),
        Err(_) => not_found(site, request.headers()),
    }
}

/// The file or folder below `site` that a URL's path names.
fn file_of(site: &Path, path: &str) -> Option<PathBuf> {
    let mut file = site.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decode(segment)?;
        if segment == "." || segment == ".." || segment.contains(['/', '\\', '\0']) {
            return None;
        }
        file.push(segment);
    }
    // A symbolic link may still lead out.
    let file = file.canonicalize().ok()?;
    (file.starts_with(site)).then_some(file)
}

/// `None` for what is not UTF-8 or not percent-encoded properly.
fn percent_decode(segment: &str) -> Option<String> {
    let mut bytes = segment.bytes();
    let mut decoded = Vec::with_capacity(segment.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn found(
    file: &Path,
    bytes: Vec<u8>,
    status: StatusCode,
    asked: &HeaderMap,
) -> Response<Full<Bytes>> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let (_, mime, packs) = TYPES.into_iter().find(|(known, ..)| *known == extension).unwrap_or((
        "",
        "application/octet-stream",
        false,
    ));
    let packed = packs && accepts_gzip(asked);
    let etag =
        format!("\"{}{}\"", hex(&Sha256::digest(&bytes)[..8]), if packed { "-gzip" } else { "" });
    let cache = match extension {
        NAMED_BY_HASH => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    let mut response = Response::builder().header(ETAG, &etag).header(CACHE_CONTROL, cache);
    if packs {
        response = response.header(VARY, "accept-encoding");
    }
    let known = asked.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    if status == StatusCode::OK && known.split(',').any(|tag| tag.trim() == etag) {
        return finish(response.status(StatusCode::NOT_MODIFIED), Vec::new());
    }
    let body = if packed { gzip(&bytes) } else { bytes };
    if packed {
        response = response.header(CONTENT_ENCODING, "gzip");
    }
    // Named here because an answer to HEAD has a length, but no body.
    response = response.header(CONTENT_LENGTH, body.len()).header(CONTENT_TYPE, mime);
    finish(response.status(status), body)
}

fn not_found(site: &Path, asked: &HeaderMap) -> Response<Full<Bytes>> {
    let page = site.join("404.html");
    let bytes = fs::read(&page).unwrap_or_else(|_| b"not found".to_vec());
    found(&page, bytes, StatusCode::NOT_FOUND, asked)
}

fn empty(status: StatusCode, name: HeaderName, value: &str) -> Response<Full<Bytes>> {
    finish(Response::builder().status(status).header(name, value), Vec::new())
}

fn finish(response: hyper::http::response::Builder, body: Vec<u8>) -> Response<Full<Bytes>> {
    response.body(Full::new(Bytes::from(body))).unwrap_or_else(|_| {
        let mut broken = Response::new(Full::default());
        *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}

fn accepts_gzip(asked: &HeaderMap) -> bool {
    let encodings =
        asked.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    encodings.flat_map(|value| value.split(',')).any(|encoding| {
        let mut parts = encoding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail, and an empty body would be noticed.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("site/記事")).unwrap();
        for (name, text) in [
            ("site/index.html", "home"),
            ("site/記事/index.html", "本文"),
            ("site/sakuin.manifest", "manifest"),
            ("site/084ge11mak.skn", "shard"),
            ("site/404.html", "lost"),
            ("secret", "secret"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    fn get(path: &str, headers: &[(&str, &str)]) -> Response<Full<Bytes>> {
        let dir = site();
        let root = dir.path().join("site").canonicalize().unwrap();
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        respond(&root, &request.body(()).unwrap())
    }

    fn header<'a>(response: &'a Response<Full<Bytes>>, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn a_folder_with_a_japanese_name_gives_its_page() {
        let path = "/%E8%A8%98%E4%BA%8B";
        let moved = get(path, &[]);
        assert_eq!(moved.status(), 301);
        assert_eq!(header(&moved, "location"), format!("{path}/"));
        let page = get(&format!("{path}/"), &[]);
        assert_eq!(page.status(), 200);
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&page, "content-length"), "本文".len().to_string());
    }

    #[test]
    fn no_path_leaves_the_site() {
        for path in
            ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/%2fetc/passwd", "/%ff", "/%4"]
        {
            assert_eq!(get(path, &[]).status(), 404, "{path}");
        }
    }

    #[test]
    fn only_the_types_that_hosts_compress_are_compressed() {
        let gzip = [("accept-encoding", "br, gzip;q=0.8")];
        assert_eq!(header(&get("/", &gzip), "content-encoding"), "gzip");
        assert_eq!(header(&get("/084ge11mak.skn", &gzip), "content-encoding"), "");
        assert_eq!(header(&get("/", &[("accept-encoding", "gzip;q=0")]), "content-encoding"), "");
    }

    #[test]
    fn only_files_named_by_their_content_are_kept() {
        assert!(header(&get("/084ge11mak.skn", &[]), "cache-control").contains("immutable"));
        assert_eq!(header(&get("/sakuin.manifest", &[]), "cache-control"), "no-cache");
        assert_eq!(header(&get("/", &[]), "cache-control"), "no-cache");
    }

    #[test]
    fn a_known_tag_is_answered_without_a_body() {
        let etag = header(&get("/", &[]), "etag").to_owned();
        assert_eq!(get("/", &[("if-none-match", &etag)]).status(), 304);
        assert_eq!(get("/", &[("if-none-match", "\"other\"")]).status(), 200);
    }
}
