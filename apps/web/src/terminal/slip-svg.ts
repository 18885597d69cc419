// Reads the SVG of a slip and draws it on a canvas. Only drawing elements are let in: the picture is put into the page.

const allowedElements = new Set([
  'svg',
  'g',
  'path',
  'text',
  'tspan',
  'rect',
  'image',
  'defs',
  'filter',
  'feFlood',
  'feComposite',
])
const allowedAddress = /^(?:data:image\/png;base64,|#)/

/** The slip as elements of this page, without anything that could run or ask elsewhere. */
export function readSlipSvg(source: string): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement
  if (parsed.nodeName !== 'svg') return document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  // A parsed document loads nothing; once its elements belong to this page it would be too late.
  for (const element of parsed.querySelectorAll('*')) {
    if (!allowedElements.has(element.nodeName)) element.remove()
  }
  for (const element of [parsed, ...parsed.querySelectorAll('*')]) {
    for (const { name, value } of Array.from(element.attributes)) {
      const address = /href$/i.test(name) && !allowedAddress.test(value)
      if (address || /^on/i.test(name) || name === 'style') element.removeAttribute(name)
    }
  }
  return document.importNode(parsed, true) as Element as SVGSVGElement
}

interface Pen {
  readonly context: CanvasRenderingContext2D
  readonly font: string
}

function transform(context: CanvasRenderingContext2D, attribute: string | null): void {
  for (const [, name, values] of (attribute ?? '').matchAll(/(translate|scale)\(([^)]*)\)/g)) {
    const [x = 0, y] = (values ?? '').split(',').map(Number)
    if (name === 'translate') context.translate(x, y ?? 0)
    else context.scale(x, y ?? x)
  }
}

function drawText(element: Element, { context, font }: Pen): void {
  context.font = font
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  const bold = element.getAttribute('stroke') !== null
  for (const span of element.querySelectorAll('tspan')) {
    const x = Number(span.getAttribute('x'))
    context.fillText(span.textContent, x, 0)
    if (bold) context.strokeText(span.textContent, x, 0)
  }
}

function draw(element: Element, pen: Pen): void {
  const { context } = pen
  context.save()
  transform(context, element.getAttribute('transform'))
  if (element.nodeName === 'text') {
    drawText(element, pen)
  } else if (element.nodeName === 'path') {
    const path = new Path2D(element.getAttribute('d') ?? '')
    const width = element.getAttribute('stroke-width')
    if (width) {
      context.lineWidth = Number(width)
      context.stroke(path)
    } else {
      context.fill(path)
    }
  } else if (element.nodeName !== 'defs') {
    for (const child of element.children) draw(child, pen)
  }
  context.restore()
}

export interface SlipCanvasOptions {
  readonly svg: SVGSVGElement
  readonly paper: string
  readonly ink: string
  readonly fontFamily: string
}

const marginPx = 32
/** A column is twelve dots wide, which is what the face of our slips needs at this size. */
export const slipTextPx = 20

/** Draws with the page's own fonts, which a picture inside a canvas could not use. */
export function drawSlip({ svg, paper, ink, fontFamily }: SlipCanvasOptions): HTMLCanvasElement {
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number)
  const canvas = document.createElement('canvas')
  canvas.width = width + 2 * marginPx
  canvas.height = height + 2 * marginPx
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.fillStyle = paper
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = ink
  context.strokeStyle = ink
  context.translate(marginPx, marginPx)
  draw(svg, { context, font: `500 ${slipTextPx}px ${fontFamily}` })
  return canvas
}
