// Reads Prometheus' text format: enough of it to look at values by name and labels.

export interface MetricsPage {
  /** Names that the page declares, the derived ones of histograms included. */
  readonly names: ReadonlySet<string>
  /** The value of the one series with these labels and no others; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined
  /** Label sets of a name. */
  series(name: string): Record<string, string>[]
}

export function readMetrics(text: string): MetricsPage {
  const names = new Set<string>()
  const values = new Map<string, number>()
  const series: { name: string; labels: Record<string, string> }[] = []
  for (const line of text.split('\n')) {
    const declared = /^# TYPE (\S+) (\S+)$/.exec(line)
    if (declared) {
      names.add(declared[1]!)
      if (declared[2] === 'histogram')
        for (const part of ['bucket', 'sum', 'count']) names.add(`${declared[1]!}_${part}`)
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!sample) continue
    const labels = Object.fromEntries(
      [...(sample[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((match) => [match[1]!, match[2]!]),
    )
    series.push({ name: sample[1]!, labels })
    values.set(keyOf(sample[1]!, labels), Number(sample[3]))
  }
  return {
    names,
    value: (name, labels = {}) => values.get(keyOf(name, labels)),
    series: (name) => series.filter((each) => each.name === name).map((each) => each.labels),
  }
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([name, sorted])
}
