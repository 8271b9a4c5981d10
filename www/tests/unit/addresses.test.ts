import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesOf } from '../../src/addresses.js'

test('letters of any script are readable, what bends a link stays escaped', () => {
  const [first] = addressesOf('/posts/%E7%B4%A2%E5%BC%95%20%3F/')
  assert.equal(first, '/posts/索引%20%3F/')
})

test('with and without a slash or the page’s file name, an address is the same', () => {
  for (const pathname of ['/posts/a/', '/posts/a', '/posts/a/index.html']) {
    const addresses = addressesOf(pathname)
    assert.ok(addresses.includes('/posts/a/') && addresses.includes('/posts/a'), pathname)
  }
  assert.ok(addressesOf('/posts/a.html').includes('/posts/a.html'))
})

test('a slug in decomposed letters finds one in composed ones, and the reverse', () => {
  const [composed, decomposed] = ['/ガイド/', '/ガイド/'.normalize('NFD')]
  assert.notEqual(composed, decomposed)
  assert.equal(addressesOf(encodeURI(decomposed))[0], composed)
  assert.ok(addressesOf(encodeURI(composed)).includes(decomposed))
})

test('what is no UTF-8 is looked for as it is', () => {
  assert.deepEqual(addressesOf('/%ff%fe/'), ['/%ff%fe/', '/%ff%fe'])
})

test('the root is an address, and nothing is not', () => {
  assert.deepEqual(addressesOf('/'), ['/'])
})
