//! The JavaScript face. Only this folder names JavaScript.
//!
//! Each function here converts its arguments, calls one function of the plain
//! crate, and converts what comes back. Anything worth a test of its own
//! belongs on the other side of that call.

#[cfg(feature = "wasm-render")]
mod dom;
#[cfg(feature = "wasm-render")]
mod render;
#[cfg(feature = "wasm-search")]
mod search;

/// Two kilobytes smaller, compressed, than the standard library's allocator.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
