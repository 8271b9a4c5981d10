// How a word may be typed: in the other kana, in Latin letters, in another width.

/** Hiragana for katakana. */
export function hiragana(katakana) {
  return katakana.replace(/[ァ-ヶ]/g, char => String.fromCharCode(char.charCodeAt(0) - 0x60))
}

/** Letters, digits and signs of ASCII in their full width. */
export function fullWidth(text) {
  return text.replace(/[!-~]/g, char => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
}

const HALF = {}
for (let code = 0xff66; code <= 0xff9d; code++) {
  const half = String.fromCharCode(code)
  for (const voiced of ['', 'ﾞ', 'ﾟ']) {
    const full = (half + voiced).normalize('NFKC')
    if (full.length === 1) HALF[full] = half + voiced
  }
}

/** Katakana in half its width. */
export function halfWidth(text) {
  return text.replace(/[ァ-ヴー]/g, char => HALF[char] ?? char)
}

// Rows of the syllabary, and what Kunrei writes where Hepburn hears another consonant.
const VOWELS = 'aiueo'
const ROWS = [
  ['アイウエオ', ''],
  ['カキクケコ', 'k'],
  ['サシスセソ', 's'],
  ['タチツテト', 't'],
  ['ナニヌネノ', 'n'],
  ['ハヒフヘホ', 'h'],
  ['マミムメモ', 'm'],
  ['ラリルレロ', 'r'],
  ['ガギグゲゴ', 'g'],
  ['ザジズゼゾ', 'z'],
  ['ダヂヅデド', 'd'],
  ['バビブベボ', 'b'],
  ['パピプペポ', 'p'],
]
const KUNREI = { ヤ: 'ya', ユ: 'yu', ヨ: 'yo', ワ: 'wa', ヲ: 'o', ン: 'n', ヂ: 'zi', ヅ: 'zu', ヴ: 'vu' }
for (const [row, consonant] of ROWS)
  for (let at = 0; at < 5; at++) KUNREI[row[at]] ??= consonant + VOWELS[at]
const HEPBURN = { ...KUNREI, シ: 'shi', チ: 'chi', ツ: 'tsu', フ: 'fu', ジ: 'ji', ヂ: 'ji', ヅ: 'zu' }
const GLIDES = { ャ: 'a', ュ: 'u', ョ: 'o' }
// Syllables of foreign words are typed alike in both.
const FOREIGN = {
  ファ: 'fa', フィ: 'fi', フェ: 'fe', フォ: 'fo', ティ: 'thi', ディ: 'dhi', トゥ: 'twu', ドゥ: 'dwu',
  ウィ: 'wi', ウェ: 'we', ウォ: 'who', ヴァ: 'va', ヴィ: 'vi', ヴェ: 've', ヴォ: 'vo',
}
const SMALL_E = { シ: ['she', 'sye'], ジ: ['je', 'zye'], チ: ['che', 'tye'] }

/**
 * Katakana in the letters that a reader types, `hepburn` or `kunrei`; undefined where it holds
 * another sign, or a syllable that few could type.
 */
export function romaji(katakana, system) {
  const table = system === 'kunrei' ? KUNREI : HEPBURN
  let typed = ''
  let doubled = false
  for (let at = 0; at < katakana.length; at++) {
    const char = katakana[at]
    const next = katakana[at + 1]
    if (char === 'ッ') {
      doubled = true
      continue
    }
    let syllable
    if (char === 'ー') syllable = '-'
    else if (FOREIGN[char + next]) syllable = FOREIGN[char + katakana[++at]]
    else if (next === 'ェ' && SMALL_E[char]) syllable = SMALL_E[char][system === 'kunrei' ? 1 : 0] + (++at, '')
    else if (GLIDES[next] && table[char]?.endsWith('i')) {
      const consonant = table[char].slice(0, -1)
      syllable = consonant + (/^(sh|ch|j)$/.test(consonant) ? '' : 'y') + GLIDES[katakana[++at]]
    } else if (char === 'ン') syllable = moraicN(next, system)
    else syllable = table[char]
    if (syllable === undefined) return undefined
    if (doubled && !/^[a-z]/.test(syllable)) return undefined
    typed += doubled ? (syllable.startsWith('ch') ? 't' : syllable[0]) + syllable : syllable
    doubled = false
  }
  return doubled ? undefined : typed
}

/** ン before `next`: written apart from a vowel by Hepburn, doubled by who types Kunrei. */
function moraicN(next, system) {
  if (!next || !/[アイウエオヤユヨナニヌネノ]/.test(next)) return 'n'
  if (system === 'kunrei') return 'nn'
  return /[ナニヌネノ]/.test(next) ? 'n' : "n'"
}
