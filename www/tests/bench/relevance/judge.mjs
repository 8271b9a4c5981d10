// How good answers are: to judged queries, and to generated ones.

/** The measures of trec_eval: nDCG with the grade as gain over log2(rank + 1), at 10; MRR; recall. */
export function judged(queries, answers) {
  const sum = { ndcg10: 0, mrr10: 0, recall10: 0, empty: 0 }
  for (const { id, grades } of queries) {
    const ids = [...new Set(answers.get(id).map(hit => hit.id))].slice(0, 10)
    const found = ids.map(doc => grades.get(doc) ?? 0)
    const best = [...grades.values()].sort((a, b) => b - a).slice(0, 10)
    sum.ndcg10 += gain(found) / gain(best)
    const first = found.findIndex(grade => grade > 0)
    sum.mrr10 += first < 0 ? 0 : 1 / (first + 1)
    sum.recall10 += found.filter(grade => grade > 0).length / grades.size
    sum.empty += ids.length === 0 ? 1 : 0
  }
  for (const name of Object.keys(sum)) sum[name] /= queries.length
  return { queries: queries.length, ...sum }
}

function gain(grades) {
  return grades.reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0)
}

/** Tiers whose posts hold the query as it stands; a title that is the query is text, too. */
const WHOLE = ['title', 'phrase']

/**
 * For each set what its figures are, of the hits and the places that were asked for.
 * `limit` is the depth of the answers, 0 for all of it.
 */
export const GENERATED = {
  compounds: { limit: 0, measure: againstScan, names: ['recall', 'precision', 'literal'] },
  'compounds-latin': { limit: 0, measure: againstScan, names: ['recall', 'precision', 'literal'] },
  readings: { limit: 10, measure: foundIn(10), names: ['found'] },
  widths: { limit: 10, measure: likePlain, names: ['found'] },
  variants: { limit: 0, measure: foundIn(Infinity), names: ['found', 'recall'] },
  typos: { limit: 10, measure: foundIn(3), names: ['found'] },
  prefixes: { limit: 0, measure: foundIn(Infinity), names: ['found', 'recall'] },
  'known-items': { limit: 10, measure: knownItem, names: ['hit1', 'mrr'] },
}

/** What is asked of a set whose name may go on after a dash, as `readings-hiragana` does. */
export function kindOf(set) {
  return GENERATED[set] ?? GENERATED[set.split('-')[0]]
}

/**
 * The figures of a generated set, and the queries that failed: those below 1 in the first figure
 * or in the second.
 */
export function generated(set, queries, answers, places) {
  const { measure, names } = kindOf(set)
  const sums = names.map(() => 0)
  const failures = []
  for (const query of queries) {
    const hits = answers.get(query.id).map(hit => ({ ...hit, at: places.get(hit.id) }))
    const plain = query.plain && answers.get(plainId(query))
    const figures = measure(query, hits, plain)
    figures.forEach((figure, at) => (sums[at] += figure))
    if (figures[0] < 1 || (set.startsWith('compounds') && figures[1] < 1)) failures.push(failure(query, hits, figures, names))
  }
  const means = names.map((name, at) => [name, sums[at] / queries.length])
  return { figures: { queries: queries.length, ...Object.fromEntries(means) }, failures }
}

/** The queries to ask: those of the set, and the plain forms that they are held against. */
export function asked(queries) {
  return queries.flatMap(query => (query.plain ? [query, { id: plainId(query), text: query.plain }] : [query]))
}

function plainId({ id }) {
  return `${id}-plain`
}

function failure({ set, text, word, docs, near }, hits, figures, names) {
  const held = new Set([...docs, ...(near ?? [])])
  return {
    set,
    query: text,
    word,
    docs: docs.length,
    ...Object.fromEntries(names.map((name, at) => [name, figures[at]])),
    hits: hits.length,
    first: hits.slice(0, 3).map(({ id, tier }) => (tier ? `${id} [${tier}]` : id)),
    ...(set.startsWith('compounds') && {
      missed: docs.filter(at => !bestTier(hits).some(hit => hit.at === at)).slice(0, 5),
      wrong: bestTier(hits).filter(hit => !held.has(hit.at)).slice(0, 5).map(({ id }) => id),
    }),
  }
}

/** The hits of the best tier, those of the whole query together. */
function bestTier(hits) {
  const tiers = hits.map(({ tier }) => tier)
  if (tiers.some(tier => WHOLE.includes(tier))) return hits.filter(({ tier }) => WHOLE.includes(tier))
  const best = ['all', 'prefix', 'expanded', 'most'].find(tier => tiers.includes(tier)) ?? tiers[0]
  return hits.filter(({ tier }) => tier === best)
}

/**
 * Recall and precision of the best tier, and the recall of the tier of the first hit taken by its
 * name. A post that holds the word with a line break inside is neither owed nor wrong.
 */
function againstScan({ docs, near }, hits) {
  const held = new Set(docs)
  const right = new Set([...docs, ...near])
  const best = bestTier(hits)
  const recall = best.filter(({ at }) => held.has(at)).length / docs.length
  const precision = best.length === 0 ? 0 : best.filter(({ at }) => right.has(at)).length / best.length
  const literal = hits.filter(({ at, tier }) => tier === hits[0].tier && held.has(at)).length / docs.length
  return [recall, precision, literal]
}

function foundIn(depth) {
  return ({ docs }, hits) => {
    const held = new Set(docs)
    const found = hits.slice(0, depth).filter(({ at }) => held.has(at)).length
    return [found > 0 ? 1 : 0, found / docs.length]
  }
}

/** Found where a post that holds the word is, or where the plain word finds the same. */
function likePlain(query, hits, plain) {
  const same = plain.length > 0 && plain.length === hits.length && plain.every(({ id }, at) => id === hits[at].id)
  return same ? [1] : [foundIn(10)(query, hits)[0]]
}

function knownItem({ docs: [doc] }, hits) {
  const rank = hits.slice(0, 10).findIndex(({ at }) => at === doc)
  return [rank === 0 ? 1 : 0, rank < 0 ? 0 : 1 / (rank + 1)]
}
