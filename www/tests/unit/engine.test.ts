import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { Driver } from '../../src/engine.js'
import { type Host, type Log, called, manifest, publish, serve, sourceOf, traps } from './fake.js'
import type { Need } from '../../src/search-wasm.js'

let host: Host
let log: Log
let needs: Need[]

beforeEach(() => {
  host = new Map()
  needs = publish(host, 'one')
  log = serve(host)
  traps.left = 0
})

const names = (): string[] => needs.map(({ file }) => file)
const title = async (driver: Driver, text = '検索'): Promise<string | undefined> =>
  (await driver.query(text, {})).hits[0]?.title

test('a query fetches what it needs in as few trips, and the next fetches nothing', async () => {
  const driver = await Driver.start(sourceOf(host))
  assert.equal(await title(driver), 'lexicon of one, posts of one, text of one')
  assert.deepEqual(log, names())
  await driver.query('索引', {})
  assert.equal(log.length, 3)
})

test('queries side by side share what is on its way', async () => {
  const driver = await Driver.start(sourceOf(host))
  await Promise.all([driver.query('a', {}), driver.query('b', {}), driver.post('c', false)])
  assert.deepEqual([...log].sort(), names().sort())
})

test('of queries that came at once, the engine is called for the one still waited for', async () => {
  const driver = await Driver.start(sourceOf(host))
  await driver.query('before', {})
  called.length = 0
  let stop = new AbortController()
  const asked = [...'検索式'].map((_, at, letters) => {
    stop.abort()
    stop = new AbortController()
    return driver.query(letters.slice(0, at + 1).join(''), {}, stop.signal)
  })
  const outcomes = await Promise.allSettled(asked)
  assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'rejected', 'fulfilled'])
  assert.deepEqual(called, ['検索式'])
})

test('a newer query is answered while an older one still waits', async () => {
  const driver = await Driver.start(sourceOf(host))
  const text = host.get(needs[2]!.file) as Uint8Array<ArrayBuffer>
  let arrive = (): void => {}
  const held = new Promise<void>(done => (arrive = done))
  host.set(needs[2]!.file, () => held.then(() => new Response(text)))
  const order: string[] = []
  const older = driver.query('検索', {}).then(() => order.push('older'))
  await driver.query('lexicon', {}).then(() => order.push('newer'))
  arrive()
  await older
  assert.deepEqual(order, ['newer', 'older'])
})

test('a file that is gone: the manifest is read anew and the query starts over', async () => {
  const driver = await Driver.start(sourceOf(host))
  for (const name of names()) host.delete(name)
  publish(host, 'two')
  assert.equal(await title(driver), 'lexicon of two, posts of two, text of two')
  assert.equal(log.filter(line => line === 'sakuin.manifest (reload)').length, 1)
})

test('no answer mixes two generations', async () => {
  const driver = await Driver.start(sourceOf(host))
  assert.equal(await title(driver, 'lexicon'), 'lexicon of one')
  host.delete(needs[1]!.file)
  publish(host, 'two')
  assert.equal(await title(driver), 'lexicon of two, posts of two, text of two')
})

test('many queries that miss the same file read the manifest once', async () => {
  const driver = await Driver.start(sourceOf(host))
  for (const name of names()) host.delete(name)
  publish(host, 'two')
  await Promise.all(['a', 'b', 'c'].map(text => driver.query(text, {})))
  assert.equal(log.filter(line => line.startsWith('sakuin.manifest')).length, 1)
})

test('a wrong hash in a cache: the same generation is fetched past the caches', async () => {
  const driver = await Driver.start(sourceOf(host))
  const { file } = needs[0]!
  const good = host.get(file) as Uint8Array
  const bad = new Uint8Array(deflateRawSync('something else'))
  host.set(file, () => new Response((log.includes(`${file} (reload)`) ? good : bad) as BodyInit))
  assert.equal(await title(driver), 'lexicon of one, posts of one, text of one')
  assert.deepEqual(log.slice(0, 3), [file, 'sakuin.manifest (reload)', `${file} (reload)`])
})

test('a wrong hash that stays wrong is told as broken, not as offline', async () => {
  const driver = await Driver.start(sourceOf(host))
  host.set(needs[0]!.file, new Uint8Array([1, 2, 3]))
  const { complete, reason, hits } = await driver.query('検索', {})
  assert.deepEqual({ complete, reason, hits }, { complete: false, reason: 'broken', hits: [] })
})

test('without a network the answer says so, and the next query finds it back', async () => {
  const driver = await Driver.start(sourceOf(host))
  const online = globalThis.fetch
  globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'))
  assert.equal((await driver.query('検索', {})).reason, 'offline')
  await assert.rejects(driver.post('a', false), { name: 'SakuinError', code: 'offline' })
  globalThis.fetch = online
  assert.equal((await driver.query('検索', {})).complete, true)
})

test('a server in trouble is as good as none', async () => {
  const driver = await Driver.start(sourceOf(host))
  host.set(needs[0]!.file, () => new Response('', { status: 503 }))
  assert.equal((await driver.query('検索', {})).reason, 'offline')
})

test('a page in the place of a file is refused', async () => {
  publish(host, 'two')
  const [lexicon] = (needs = publish(host, 'one'))
  host.set('sakuin.manifest', manifest({ generation: 'one', needs: [{ ...lexicon, sha256: null }] }))
  host.set(lexicon!.file, () => new Response('<!doctype html>'.repeat(9)))
  const driver = await Driver.start(sourceOf(host))
  assert.equal((await driver.query('検索', {})).reason, 'broken')
})

test('a bomb is stopped at the size that was announced', async () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000))
  const need = { file: 'bomb', sha256: null, inflated_bytes: 1000, deflated: true }
  host.set('sakuin.manifest', manifest({ generation: 'one', needs: [need] }))
  host.set('bomb', () => new Response(bomb))
  const driver = await Driver.start(sourceOf(host))
  assert.equal((await driver.query('検索', {})).reason, 'broken')
})

test('a file outside the folder is not asked for', async () => {
  for (const file of ['../secret', 'https://evil.example/x', '//evil.example/x', '/x']) {
    const need = { file, sha256: null, inflated_bytes: 1, deflated: false }
    host.set('sakuin.manifest', manifest({ generation: 'one', needs: [need] }))
    const driver = await Driver.start(sourceOf(host))
    assert.equal((await driver.query('検索', {})).reason, 'broken')
  }
  assert.deepEqual(new Set(log), new Set(['sakuin.manifest (reload)']))
})

test('every truncation of a file is told, and none is answered from', async () => {
  const { file } = needs[0]!
  const whole = host.get(file) as Uint8Array
  const [lexicon] = needs
  host.set('sakuin.manifest', manifest({ generation: 'one', needs: [{ ...lexicon, sha256: null }] }))
  for (let len = 0; len < whole.length; len++) {
    host.set(file, () => new Response(whole.slice(0, len)))
    const driver = await Driver.start(sourceOf(host))
    assert.equal((await driver.query('lexicon', {})).reason, 'broken', `${len} bytes`)
  }
})

test('an aborted query stops waiting; what it waited for still arrives', async () => {
  const driver = await Driver.start(sourceOf(host))
  const controller = new AbortController()
  const query = driver.query('検索', {}, controller.signal)
  controller.abort()
  await assert.rejects(query, { name: 'AbortError' })
  await driver.query('索引', {})
  assert.deepEqual(log, names())
})

test('a query aborted before it began asks for nothing', async () => {
  const driver = await Driver.start(sourceOf(host))
  await assert.rejects(driver.query('検索', {}, AbortSignal.abort()), { name: 'AbortError' })
  assert.deepEqual(log, [])
})

test('after a trap a new engine answers the same query', async () => {
  const driver = await Driver.start(sourceOf(host))
  traps.left = 1
  assert.equal((await driver.query('検索', {})).complete, true)
})

test('a second trap is reported, and the query after it answered', async () => {
  const driver = await Driver.start(sourceOf(host))
  traps.left = 2
  await assert.rejects(driver.query('検索', {}), { name: 'SakuinError', code: 'broken' })
  assert.equal((await driver.query('検索', {})).complete, true)
})

test('an index of another version is told as such', async () => {
  host.set('sakuin.manifest', manifest({}, 2))
  await assert.rejects(Driver.start(sourceOf(host)), { name: 'SakuinError', code: 'version' })
})

test('an index that changed its version meanwhile is told as such', async () => {
  const driver = await Driver.start(sourceOf(host))
  for (const name of names()) host.delete(name)
  host.set('sakuin.manifest', manifest({}, 2))
  assert.equal((await driver.query('検索', {})).reason, 'version')
})

test('a manifest cut short in a cache is read once more from the host', async () => {
  const source = { ...sourceOf(host), manifest: new Uint8Array(5) }
  assert.equal(await title(await Driver.start(source)), 'lexicon of one, posts of one, text of one')
})

// It was taken for a trap, for which the engine is made anew.
test('a post that is gone is told as broken once the manifest was read anew', async () => {
  const driver = await Driver.start(sourceOf(host))
  await assert.rejects(driver.post('gone', false), { code: 'broken' })
  assert.equal(log.filter(line => line === 'sakuin.manifest (reload)').length, 1)
  assert.equal(await title(driver), 'lexicon of one, posts of one, text of one')
})
