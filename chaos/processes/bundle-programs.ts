// The programs of a run, each put together in one file. They are started again and again while the storm lasts, and a start from a
// thousand source files takes seconds of processor time that the storm itself then does not have. The sources are the same ones;
// libraries are loaded from where they are installed, and a module that asks where it lies hears its true place.

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

/** Answers the file of each program, by its source. */
export async function bundlePrograms(
  sources: readonly string[],
  directory: string,
): Promise<ReadonlyMap<string, string>> {
  const bundled = new Map<string, string>()
  for (const source of sources) {
    const file = join(directory, basename(source).replace(/\.ts$/, '.mjs'))
    await build({
      entryPoints: [source],
      outfile: file,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['source'],
      logLevel: 'error',
      plugins: [installedLibraries, truePlaces],
    })
    bundled.set(source, file)
  }
  return bundled
}

/** Libraries stay outside, named by their full path: the bundle lies where none is installed. */
const installedLibraries: Plugin = {
  name: 'installed-libraries',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      const isOurs = path.startsWith('@shua/') || from.kind === 'entry-point'
      if (isOurs || pluginData === 'asked' || path.startsWith('node:')) return undefined
      const { importer, resolveDir, kind } = from
      const found = await bundle.resolve(path, { importer, resolveDir, kind, pluginData: 'asked' })
      return found.errors.length > 0 || found.external
        ? { path, external: true }
        : { path: pathToFileURL(found.path).href, external: true }
    })
  },
}

const truePlaces: Plugin = {
  name: 'true-places',
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' }
    })
  },
}
