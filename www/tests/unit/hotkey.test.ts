import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hotkeyLabel, isHotkey } from '../../src/hotkey.js'

interface Key {
  key: string
  code?: string
  ctrlKey?: boolean
  metaKey?: boolean
  altKey?: boolean
  shiftKey?: boolean
  altGraph?: boolean
  repeat?: boolean
  isComposing?: boolean
  keyCode?: number
  defaultPrevented?: boolean
}

function opens({ altGraph = false, ...key }: Key, hotkeys = '/ mod+k'): boolean {
  const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, code: '' }
  const event = { ...held, ...key, getModifierState: () => altGraph }
  return isHotkey(event as unknown as KeyboardEvent, hotkeys)
}

// Node names no platform that is a Mac's in CI; the Mac's side is tested in the browser.
test('slash and Ctrl+K open', () => {
  assert.ok(opens({ key: '/' }))
  assert.ok(opens({ key: 'k', ctrlKey: true }))
})

test('Caps Lock, a Japanese layout in kana mode and a layout with / on Shift open too', () => {
  assert.ok(opens({ key: 'K', ctrlKey: true }))
  assert.ok(opens({ key: '・', code: 'Slash' }))
  assert.ok(opens({ key: '／', code: 'Slash' }))
  assert.ok(opens({ key: '/', code: 'Digit7', shiftKey: true }))
})

test('where letters are not Latin, the place of the key counts', () => {
  assert.ok(opens({ key: 'л', code: 'KeyK', ctrlKey: true }))
})

test('other keys, other modifiers, repeats and dead keys do not', () => {
  assert.ok(!opens({ key: 'k' }))
  assert.ok(!opens({ key: '/', ctrlKey: true }))
  assert.ok(!opens({ key: 'k', ctrlKey: true, shiftKey: true }))
  assert.ok(!opens({ key: 'k', metaKey: true }))
  assert.ok(!opens({ key: 'k', ctrlKey: true, altKey: true }))
  assert.ok(!opens({ key: '/', altGraph: true }))
  assert.ok(!opens({ key: '/', repeat: true }))
  assert.ok(!opens({ key: 'Dead', code: 'Slash' }))
  assert.ok(!opens({ key: '/', defaultPrevented: true }))
})

test('a key that an input method took does not', () => {
  assert.ok(!opens({ key: '/', isComposing: true }))
  assert.ok(!opens({ key: '/', keyCode: 229 }))
})

test('hotkeys can be others, or none', () => {
  assert.ok(opens({ key: 's' }, 's'))
  assert.ok(!opens({ key: '/' }, 's'))
  assert.ok(!opens({ key: '/' }, ''))
  assert.ok(!opens({ key: '' }, ''))
})

test('the label is what is printed on the keys', () => {
  assert.equal(hotkeyLabel('/ mod+k'), '/')
  assert.equal(hotkeyLabel('mod+k'), 'Ctrl K')
  assert.equal(hotkeyLabel(''), '')
})
