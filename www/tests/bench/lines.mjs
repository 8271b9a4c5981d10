// Draws lines over two logarithmic axes, in the manner of plot.mjs.

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 400, 70, 190, 44, 40]
const SHADES = ['#1b3a57', '#c0562f', '#5b8c5a', '#9fb3c8']

/** An SVG of series, each `{ name, points: [[posts, bytes], …] }`. */
export function lines(title, series) {
  const points = series.flatMap(({ points }) => points)
  const [xs, ys] = [0, 1].map(at => {
    const logs = points.map(point => Math.log10(point[at]))
    return [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))]
  })
  const x = posts => LEFT + ((Math.log10(posts) - xs[0]) / (xs[1] - xs[0])) * (WIDTH - LEFT - RIGHT)
  const y = bytes => HEIGHT - BOTTOM - ((Math.log10(bytes) - ys[0]) / (ys[1] - ys[0])) * (HEIGHT - BOTTOM - TOP)
  const parts = []
  for (let power = xs[0]; power <= xs[1]; power++)
    parts.push(`<text x="${x(10 ** power)}" y="${HEIGHT - 16}" text-anchor="middle">${unit(10 ** power, '')}</text>`)
  for (let power = ys[0]; power <= ys[1]; power++) {
    const at = y(10 ** power)
    parts.push(`<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${unit(10 ** power, 'B')}</text>`)
  }
  series.forEach(({ name, points }, at) => {
    const path = points.map(([posts, bytes]) => `${x(posts).toFixed(1)} ${y(bytes).toFixed(1)}`).join('L')
    const [posts, bytes] = points.at(-1)
    parts.push(`<path d="M${path}" fill="none" stroke="${SHADES[at]}" stroke-width="2"/>`)
    parts.push(`<text x="${x(posts) + 8}" y="${y(bytes) + 4}" style="fill: ${SHADES[at]}">${name}</text>`)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#fff"/>
<g style="font: 13px system-ui, sans-serif; fill: #222"><text x="8" y="24" font-size="15" font-weight="600">${title}</text>
${parts.join('\n')}
</g></svg>
`
}

function unit(number, of) {
  const [factor, letter] = number >= 1e9 ? [1e9, 'G'] : number >= 1e6 ? [1e6, 'M'] : number >= 1e3 ? [1e3, 'k'] : [1, '']
  return `${number / factor} ${letter}${of}`.trim()
}
