// Draws bars of a measurement: `node plot.mjs TITLE UNIT < ROWS > FILE.svg`.
//
// Each row is `GROUP<tab>NAME<tab>NUMBER`; bars of a group stand together, scaled to the longest.

import { readFileSync } from 'node:fs'

const [title, unit] = process.argv.slice(2)
const rows = readFileSync(0, 'utf8').split('\n').filter(Boolean).map(line => line.split('\t'))
const WIDTH = 720
const LEFT = 190
const BAR = 18
const GAP = 26
/** The project's own bars stand out by darkness, so that they do in print and to every eye. */
const SHADES = { sakuin: '#1b3a57', other: '#9fb3c8' }

const most = Math.max(...rows.map(([, , number]) => Number(number)))
let y = 44
let group
const parts = []
for (const [of, name, number] of rows) {
  if (of !== group) {
    y += group === undefined ? 0 : GAP - BAR
    parts.push(`<text x="8" y="${y + 13}" font-weight="600">${escaped(of)}</text>`)
    group = of
  }
  const width = Math.max(1, Math.round(((WIDTH - LEFT - 110) * Number(number)) / most))
  parts.push(
    `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR - 3}" fill="${SHADES[name] ?? SHADES.other}"/>`,
    `<text x="${LEFT + width + 6}" y="${y + 13}">${Number(number).toLocaleString('en')} ${escaped(unit)}</text>`,
  )
  y += BAR
}
const style = 'font: 13px system-ui, sans-serif; fill: #222'
console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 12}" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" fill="#fff"/>
<g style="${style}"><text x="8" y="24" font-size="15" font-weight="600">${escaped(title)}</text>
${parts.join('\n')}
</g></svg>`)

function escaped(text) {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`)
}
