//! Takes the longest table of slices out of a module's data, and lets the module
//! make it anew when it starts.
//!
//! A constant such as `[(&[u8], &str); 2125]`, the Markdown parser's table of
//! entities, is an address and a length for each slice. The strings stand one
//! after the other in nearly the order of the table, so that an address is most
//! often where the slice before it ends, and no compression can know that: the
//! addresses of that table take 8,450 of 69,300 bytes, coded here 2,820.
//!
//! Coded, a slice is one byte: its length, and 128 if it repeats bytes that
//! stand before the furthest end so far. How far before stands in two bytes
//! each, after all lengths.

use anyhow::{Context, Result};
use walrus::ir::{BinaryOp, ExtendedLoad, LoadKind, MemArg, StoreKind, Value};
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, MemoryId, Module, ValType};

/// A table of fewer slices isn't worth the code that makes it.
const MIN_SLICES: usize = 500;

/// An address and a length.
const SLICE_BYTES: usize = 8;

/// Does that to `module`, if it has such a table, no start of its own, and room
/// for the coded table below its data, where the stack will be.
pub(crate) fn code(module: &mut Module) -> Result<()> {
    let Some((id, memory, segment)) = longest(module) else { return Ok(()) };
    let Table { at, slices, coded } = segment.table;
    if slices < MIN_SLICES || module.start.is_some() || segment.lowest < coded.len() {
        return Ok(());
    }
    let value = &mut module.data.get_mut(id).value;
    let first = word(value, at).context("a table without slices")?;
    let rest = value.split_off(at + slices * SLICE_BYTES);
    value.truncate(at);
    let active =
        |at: usize| DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(at as i32)) };
    let table = segment.offset + at;
    module.data.add(active(table + slices * SLICE_BYTES), rest);
    module.data.add(active(0), coded);
    start(module, memory, table, slices, first);
    Ok(())
}

/// A table in the data of a segment.
#[derive(Debug, Default, PartialEq)]
struct Table {
    /// Where in the data it starts.
    at: usize,
    slices: usize,
    coded: Vec<u8>,
}

struct Segment {
    /// Where in memory it starts.
    offset: usize,
    /// Where the first of all segments starts.
    lowest: usize,
    table: Table,
}

/// The longest table of the module, and the segment that it is in.
fn longest(module: &Module) -> Option<(DataId, MemoryId, Segment)> {
    let segments: Vec<_> = module
        .data
        .iter()
        .filter_map(|data| match data.kind {
            DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(offset)) } => {
                Some((data, memory, offset as usize))
            }
            _ => None,
        })
        .collect();
    let lowest = segments.iter().map(|&(.., offset)| offset).min()?;
    let end = segments.iter().map(|(data, _, offset)| offset + data.value.len()).max()?;
    let tables = segments.into_iter().map(|(data, memory, offset)| {
        let table = longest_in(&data.value, lowest as u32..end as u32);
        (data.id(), memory, Segment { offset, lowest, table })
    });
    tables.max_by_key(|(.., segment)| segment.table.slices)
}

/// The longest table in `data` of slices that lie in `memory`.
fn longest_in(data: &[u8], memory: std::ops::Range<u32>) -> Table {
    let mut longest = Table::default();
    let mut at = 0;
    while at < data.len() {
        let table = table_at(data, at, &memory);
        // The second half of a table is none that is longer.
        at += if table.slices < MIN_SLICES { 4 } else { table.slices * SLICE_BYTES };
        if table.slices > longest.slices {
            longest = table;
        }
    }
    longest
}

/// The table that starts at `at`, as far as it can be coded.
fn table_at(data: &[u8], at: usize, memory: &std::ops::Range<u32>) -> Table {
    let mut top = word(data, at).unwrap_or_default();
    let (mut bytes, mut repeats) = (Vec::new(), Vec::new());
    let places = (at..data.len()).step_by(SLICE_BYTES);
    let slices = places.map_while(|at| Some((word(data, at)?, word(data, at + 4)?)));
    for (address, len) in slices {
        let back = top.checked_sub(address).and_then(|back| u16::try_from(back).ok());
        let (Some(back), 0..128) = (back, len) else { break };
        let is_repeat = back > 0;
        if !memory.contains(&address) || is_repeat && address + len > top {
            break;
        }
        bytes.push(len as u8 | u8::from(is_repeat) << 7);
        if is_repeat {
            repeats.extend(back.to_le_bytes());
        } else {
            top += len;
        }
    }
    Table { at, slices: bytes.len(), coded: [bytes, repeats].concat() }
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// Adds the function that makes the `slices` of the table at `table`, the first
/// of which is at `first`, from the coded ones at the start of memory.
fn start(module: &mut Module, memory: MemoryId, table: usize, slices: usize, first: u32) {
    use BinaryOp::{I32Add, I32And, I32LtU, I32Shl, I32ShrU, I32Sub};
    let mut function = FunctionBuilder::new(&mut module.types, &[], &[]);
    // The next byte, the next distance, the next slice, and the furthest end.
    let [from, repeat, to, top, byte, flag] = [ValType::I32; 6].map(|kind| module.locals.add(kind));
    let load = |kind| (kind, MemArg { align: 1, offset: 0 });
    let (load8, any) = load(LoadKind::I32_8 { kind: ExtendedLoad::ZeroExtend });
    let (load16, _) = load(LoadKind::I32_16 { kind: ExtendedLoad::ZeroExtend });
    let part = |offset| MemArg { align: 4, offset };
    let mut body = function.func_body();
    body.i32_const(slices as i32).local_set(repeat);
    body.i32_const(table as i32).local_set(to);
    body.i32_const(first as i32).local_set(top);
    body.loop_(None, |body| {
        let again = body.id();
        body.local_get(from).load(memory, load8, any).local_tee(byte);
        body.i32_const(7).binop(I32ShrU).local_set(flag);
        // The address: the furthest end, less the distance of a repeat.
        body.local_get(to).local_get(top);
        body.local_get(repeat).load(memory, load16, any);
        body.i32_const(0).local_get(flag).binop(I32Sub).binop(I32And).binop(I32Sub);
        body.store(memory, StoreKind::I32 { atomic: false }, part(0));
        body.local_get(to).local_get(byte).i32_const(127).binop(I32And).local_tee(byte);
        body.store(memory, StoreKind::I32 { atomic: false }, part(4));
        // The furthest end moves on but for a repeat.
        body.local_get(byte).local_get(flag).i32_const(1).binop(I32Sub).binop(I32And);
        body.local_get(top).binop(I32Add).local_set(top);
        body.local_get(flag).i32_const(1).binop(I32Shl);
        body.local_get(repeat).binop(I32Add).local_set(repeat);
        body.local_get(to).i32_const(SLICE_BYTES as i32).binop(I32Add).local_set(to);
        body.local_get(from).i32_const(1).binop(I32Add).local_tee(from);
        body.i32_const(slices as i32).binop(I32LtU).br_if(again);
    });
    module.start = Some(function.finish(Vec::new(), &mut module.funcs));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const DATA_AT: u32 = 40_000;

    /// `strings`, each once, and after them the table that names them, after
    /// what is no table, and before more of that.
    fn data(strings: &[&str]) -> Vec<u8> {
        let mut data = Vec::new();
        let mut table = vec![255; 4];
        for string in strings {
            let found = data.windows(string.len()).position(|part| part == string.as_bytes());
            let at = found.unwrap_or(data.len());
            if found.is_none() {
                data.extend_from_slice(string.as_bytes());
            }
            table.extend((DATA_AT + at as u32).to_le_bytes());
            table.extend((string.len() as u32).to_le_bytes());
        }
        data.resize(data.len().next_multiple_of(4), 0);
        data.extend(table);
        data.extend([255; 9]);
        data
    }

    /// The bytes of a module of `data`, before and after.
    fn modules(data: Vec<u8>) -> [Vec<u8>; 2] {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 2, None, None);
        module.exports.add("memory", memory);
        let offset = ConstExpr::Value(Value::I32(DATA_AT as i32));
        module.data.add(DataKind::Active { memory, offset }, data);
        let before = module.emit_wasm();
        code(&mut module).unwrap();
        [before, module.emit_wasm()]
    }

    /// What the memory of a module holds from [`DATA_AT`] on, once it started.
    fn memory(module: &[u8]) -> String {
        let script = "
            const bytes = require('node:fs').readFileSync(process.argv[1])
            WebAssembly.instantiate(bytes).then(({ instance }) =>
              console.log(Buffer.from(instance.exports.memory.buffer).toString('hex', 40000)))";
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("module.wasm");
        std::fs::write(&file, module).unwrap();
        let output = Command::new("node").args(["--eval", script]).arg(file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn a_module_makes_its_table_when_it_starts() {
        let own: Vec<String> =
            (0..900).map(|number| "検索".repeat(number % 7) + &number.to_string()).collect();
        // Each third says what stands further before.
        let strings: Vec<&str> =
            (0..own.len()).map(|at| if at % 3 == 2 { &*own[at / 2] } else { &*own[at] }).collect();
        let [before, after] = modules(data(&strings));
        assert!(after.len() < before.len() - 4_000, "{} of {}", after.len(), before.len());
        assert_eq!(memory(&after), memory(&before));
    }

    #[test]
    fn what_cannot_be_coded_stays() {
        let long = "長".repeat(50);
        let own: Vec<String> = (0..900).map(|number| format!("{number:03}")).collect();
        let mut strings: Vec<&str> = own.iter().map(String::as_str).collect();
        strings[450] = &long;
        for strings in [&strings[..], &strings[..20], &[]] {
            let [before, after] = modules(data(strings));
            assert_eq!(before, after);
        }
    }
}
