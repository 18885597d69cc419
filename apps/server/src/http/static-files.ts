// The built web. Only files that were there at start are served, from a list, so no request can name another file of the
// disk. Everything under assets/ carries its hash in its name and may be kept for ever; the page itself is always asked for.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context, Handler } from 'hono'
import { notFound } from './problem-response.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
}

const compressible = new Set(['.css', '.html', '.js', '.json', '.svg', '.webmanifest'])

interface StaticFile {
  readonly path: string
  readonly extension: string
  readonly contentType: string
  readonly immutable: boolean
}

const compress = promisify(gzip)

function listFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name)
    const contentType = contentTypes[extension]
    if (!entry.isFile() || contentType === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const url = `/${relative(directory, path).split(sep).join('/')}`
    files.set(url, { path, extension, contentType, immutable: url.startsWith('/assets/') })
  }
  return files
}

/** Serves the files of a directory, and its index.html for every page address of the web. */
export function staticFiles(directory: string): Handler {
  const files = listFiles(directory)
  const index = readFileSync(join(directory, 'index.html'))
  const indexTag = `"${createHash('sha256').update(index).digest('base64url').slice(0, 16)}"`
  const compressed = new Map<string, Uint8Array<ArrayBuffer>>()

  async function answerFile(context: Context, file: StaticFile): Promise<Response> {
    const headers: Record<string, string> = {
      'content-type': file.contentType,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
    if (!compressible.has(file.extension)) {
      return context.body(new Uint8Array(await readFile(file.path)), 200, headers)
    }
    headers['vary'] = 'accept-encoding'
    if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? '')) {
      return context.body(new Uint8Array(await readFile(file.path)), 200, headers)
    }
    const bytes = compressed.get(file.path) ?? new Uint8Array(await compress(await readFile(file.path)))
    compressed.set(file.path, bytes)
    return context.body(bytes, 200, { ...headers, 'content-encoding': 'gzip' })
  }

  return async (context) => {
    const file = files.get(context.req.path)
    if (file && file.extension !== '.html') return answerFile(context, file)
    if (!file && extname(context.req.path) !== '' && context.req.path !== '/') return notFound(context, 'this file')
    if (context.req.header('if-none-match') === indexTag) return context.body(null, 304, { etag: indexTag })
    return context.body(new Uint8Array(index), 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      etag: indexTag,
    })
  }
}
