// Queries made from a site's own text, with the posts that answer them.
//
// What is drawn depends on the site alone: see random.mjs. The analyser is kuromoji.js with
// IPADIC, so that words and readings come from elsewhere than from the engine under test.
//
// A query is `{ set, text, word, docs }`, `docs` being places in the corpus:
//
// | set               | `text`                                    | `docs`                          |
// |-------------------|-------------------------------------------|---------------------------------|
// | compounds         | two or more Japanese nouns in a row       | hold it, by a scan              |
// | compounds-latin   | the same, one of them Latin               | hold it, by a scan              |
// | readings-KIND     | `word` as its reading is typed            | hold `word`                     |
// | widths            | `plain` in full width, katakana in half   | hold `plain`                    |
// | variants          | one spelling of a word                    | hold the other one alone        |
// | typos             | a Latin word with one edit                | hold `word`                     |
// | prefixes          | the first letters of `word`, two or more  | hold `word`                     |
// | known-items       | what one title of the site alone holds    | has that title                  |
//
// Compounds also have `near`: posts that hold the word with a line break inside.

import { fullWidth, halfWidth, hiragana, romaji } from './kana.mjs'
import { pick, random, sample } from './random.mjs'
import { fold, prose } from './text.mjs'

/** How many queries of each set are drawn, as far as the site has them. */
const COUNTS = {
  compounds: 300,
  'compounds-latin': 100,
  readings: 100,
  widths: 150,
  variants: 300,
  typos: 300,
  prefixes: 150,
  'known-items': 150,
}
/** So many posts at most are analysed: those of a large site are alike. */
const MAX_ANALYSED = 1500
/** A word in more than this part of the posts tells nothing. */
const MAX_SHARE = 0.1

const JAPANESE = /^[\p{sc=Han}\p{sc=Katakana}ー々]+$/u
const KATAKANA = /^[ァ-ヴー]+$/
const HAN = /\p{sc=Han}/u
const LATIN = /^[A-Za-z][A-Za-z0-9]+$/

/** All generated queries of the site in `scan`; `variants` are pairs of spellings. */
export function generate(name, scan, analyser, variants) {
  const site = analyse(name, scan, analyser, variants)
  return [
    ...compounds(site, 'compounds', ({ text }) => JAPANESE.test(text)),
    ...compounds(site, 'compounds-latin', ({ text }) => !JAPANESE.test(text)),
    ...readings(site),
    ...widths(site),
    ...spellings(site, variants),
    ...typos(site),
    ...prefixes(site),
    ...knownItems(site),
  ]
}

/** Finds the nouns, the rows of nouns and the spellings of a site. */
function analyse(name, scan, analyser, variants) {
  const spellings = new Set(variants.flat())
  const nouns = new Map()
  const rows = new Map()
  /** Spelling to the posts that hold it between two boundaries of words. */
  const spelled = new Map()
  const titled = new Map()
  for (const { title } of scan.posts) noteRows(cut(analyser, title.normalize('NFKC')), titled, titled)
  const analysed = sample(random(`${name} posts`), [...scan.posts.keys()], MAX_ANALYSED)
  for (const at of analysed) {
    for (const line of prose(scan.posts[at]).split('\n')) {
      const tokens = cut(analyser, line.normalize('NFKC'))
      noteRows(tokens, nouns, rows)
      noteSpellings(tokens, spellings, spelled, at)
    }
  }
  return { name, scan, nouns: [...nouns.values()], rows: [...rows.values()], titled: [...titled.keys()], spelled }
}

/** The words of a line. */
function cut(analyser, line) {
  try {
    return analyser.tokenize(line)
  } catch {
    return [] // kuromoji.js 0.1.2 fails on a few signs; of these lines no word is drawn
  }
}

function noteRows(tokens, nouns, rows) {
  let row = []
  for (const [at, token] of [...tokens, undefined].entries()) {
    if (token && isNoun(token)) {
      row.push(token)
      const { surface_form: text, reading } = token
      // A piece of longer katakana is no word that anyone types.
      const torn = KATAKANA.test(text) && [tokens[at - 1], tokens[at + 1]].some(beside => KATAKANA.test(beside?.surface_form ?? ''))
      if (text.length > 1 && JAPANESE.test(text) && !torn) nouns.set(text, { text, reading })
      continue
    }
    if (row.length > 1 && row.length < 5) {
      const text = row.map(({ surface_form: part }) => part).join('')
      if (text.length < 16) rows.set(text, { text, parts: row.map(({ surface_form, reading }) => ({ text: surface_form, reading })) })
    }
    row = []
  }
}

/** Nouns that stand for something: no numbers, no pronouns, no suffixes. */
function isNoun({ pos, pos_detail_1: kind, surface_form: text }) {
  if (LATIN.test(text)) return true
  return pos === '名詞' && JAPANESE.test(text) && /^(一般|サ変接続|固有名詞|形容動詞語幹)$/.test(kind)
}

function noteSpellings(tokens, spellings, spelled, at) {
  for (let from = 0; from < tokens.length; from++) {
    let text = ''
    for (let to = from; to < Math.min(tokens.length, from + 4); to++) {
      text += tokens[to].surface_form
      if (!spellings.has(text)) continue
      if (!spelled.has(text)) spelled.set(text, new Set())
      spelled.get(text).add(at)
    }
  }
}

/** The posts that hold `word`, and whether they are few enough to tell something. */
function holding({ scan }, word) {
  const docs = scan.holding(word)
  return { docs, tells: docs.length > 0 && docs.length <= scan.posts.length * MAX_SHARE }
}

/** Queries from a sample of `values`, `count` of those for which `make` gives one. */
function draw(site, set, values, count, make) {
  const next = random(`${site.name} ${set}`)
  const queries = []
  for (const value of sample(next, values, values.length)) {
    if (queries.length === count) break
    const made = make(value, next)
    if (made) queries.push({ set, ...made })
  }
  return queries
}

function compounds(site, set, isOf) {
  const rows = site.rows.filter(row => isOf(row) && /[^A-Za-z0-9]/.test(row.text))
  return draw(site, set, rows, COUNTS[set], ({ text }) => {
    const { docs, tells } = holding(site, text)
    const held = new Set(docs)
    const near = () => site.scan.holdingJoined(text).filter(at => !held.has(at))
    return tells && { text, word: text, docs, near: near() }
  })
}

function readings(site) {
  const words = site.nouns.filter(({ text, reading }) => HAN.test(text) && /^[ァ-ヶー]{3,}$/.test(reading ?? ''))
  const wholes = site.rows.filter(({ text }) => JAPANESE.test(text) && HAN.test(text)).flatMap(({ text, parts }) => {
    const reading = parts.map(part => part.reading ?? '?').join('')
    return /^[ァ-ヶー]{4,}$/.test(reading) ? [{ text, reading }] : []
  })
  const halves = site.rows.filter(({ parts: [first, last, more] }) =>
    !more && HAN.test(first.text) && HAN.test(last.text) && /^[ァ-ヶー]{2,}$/.test(last.reading ?? '') && last.text.length > 1)
  const typed = (kind, values, text) => draw(site, `readings-${kind}`, values, COUNTS.readings, value => {
    const { docs, tells } = holding(site, value.text)
    const query = tells && text(value)
    return query && { text: query, word: value.text, docs }
  })
  return [
    ...typed('hiragana', words, ({ reading }) => hiragana(reading)),
    ...typed('katakana', words, ({ reading }) => reading),
    ...typed('hepburn', words, ({ reading }) => romaji(reading, 'hepburn')),
    ...typed('kunrei', words, ({ reading }) => romaji(reading, 'kunrei')),
    ...typed('compound', wholes, ({ reading }) => hiragana(reading)),
    ...typed('half', halves, ({ parts: [first, last] }) => first.text + hiragana(last.reading)),
  ]
}

function widths(site) {
  const katakana = site.nouns.map(({ text }) => text).filter(text => KATAKANA.test(text) && text.length > 2)
  const forms = [
    ...katakana.map(word => ({ word, plain: word, text: halfWidth(word) })),
    ...sample(random(`${site.name} latin`), latinWords(site), katakana.length).map(word => ({ word, plain: word, text: fullWidth(word) })),
  ]
  return draw(site, 'widths', forms, COUNTS.widths, form => {
    const { docs, tells } = holding(site, form.word)
    return tells && { ...form, docs }
  })
}

/** Latin words of four letters and more, each once, as far as they stand alone somewhere. */
function latinWords({ scan }) {
  return [...scan.latinAlone].filter(word => /^[a-z]{4,20}$/.test(word)).sort()
}

function spellings(site, variants) {
  const both = variants.filter(pair => pair.every(form => form.length > 1 && site.spelled.has(form)))
  const ways = both.flatMap(([one, other]) => [[one, other], [other, one]])
  const once = [...new Map(ways.map(way => [way.join(' '), way])).values()]
  return draw(site, 'variants', once, COUNTS.variants, ([text, word]) => {
    const docs = [...site.spelled.get(word)].filter(at => !site.scan.texts[at].replaceAll(fold(word), ' ').includes(fold(text)))
    return docs.length > 0 && { text, word, docs: docs.sort((a, b) => a - b) }
  })
}

function typos(site) {
  const lexicon = new Set(site.scan.latin.flatMap(words => [...words]))
  return draw(site, 'typos', latinWords(site), COUNTS.typos, (word, next) => {
    const text = edited(word, next)
    if (lexicon.has(text)) return undefined
    const docs = [...site.scan.posts.keys()].filter(at => site.scan.latin[at].has(word))
    return { text, word, docs }
  })
}

/** `word` with one letter more, less or another, or two of them changed about, at any place. */
function edited(word, next) {
  const letter = pick(next, 'abcdefghijklmnopqrstuvwxyz')
  const kind = pick(next, ['insert', 'delete', 'replace', 'swap'])
  const places = { insert: word.length + 1, swap: word.length - 1 }[kind] ?? word.length
  const at = Math.floor(next() * places)
  const [before, after] = [word.slice(0, at), word.slice(at)]
  const made = {
    insert: before + letter + after,
    delete: before + after.slice(1),
    replace: before + letter + after.slice(1),
    swap: before + after[1] + after[0] + after.slice(2),
  }[kind]
  return made === word ? edited(word, next) : made
}

function prefixes(site) {
  const japanese = [...site.nouns, ...site.rows].map(({ text }) => text).filter(text => JAPANESE.test(text) && text.length > 2)
  const latin = latinWords(site)
  const count = Math.min(japanese.length, latin.length)
  const words = [japanese, latin].flatMap(words => sample(random(`${site.name} begun`), words, count))
  return draw(site, 'prefixes', words, COUNTS.prefixes, (word, next) => {
    const { docs, tells } = holding(site, word)
    const letters = 2 + Math.floor(next() * (word.length - 2))
    return tells && { text: word.slice(0, letters), word, docs }
  })
}

function knownItems(site) {
  const terms = site.titled.filter(text => text.length > 2)
  return draw(site, 'known-items', terms, COUNTS['known-items'], text => {
    const docs = site.scan.titled(text)
    return docs.length === 1 && { text, word: site.scan.posts[docs[0]].title, docs }
  })
}
