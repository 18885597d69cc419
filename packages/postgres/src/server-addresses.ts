// The servers a database address names, and which of them to try next. One address may name several servers, as libpq allows:
// `postgres://user:password@first:5432,second:5432/shua`. The one that may be written to is the database; after a failover
// that is another of them. Used for every connection: pooled, listening, and those that hold a lock.

import { Fault } from '@shua/assert'
import type { ClientConfig } from 'pg'

const attributes = ['any', 'read-write', 'primary'] as const

/** Faults: DATABASE_URL. */
export class ServerAddresses {
  readonly #urls: readonly string[]
  /** Whether a server that only reads, as a standby does, is passed over. */
  readonly mustWrite: boolean
  #current = 0

  constructor(url: string) {
    const { urls, mustWrite } = readAddress(url)
    this.#urls = urls
    this.mustWrite = mustWrite
  }

  get count(): number {
    return this.#urls.length
  }

  /** The server that answered last, as the part of a client's configuration that names it. */
  get current(): { readonly index: number; readonly config: Pick<ClientConfig, 'connectionString'> } {
    return { index: this.#current, config: { connectionString: this.#urls[this.#current]! } }
  }

  /** This server could not be reached or only reads. Of several that find out at once the first one moves on to the next server. */
  failed(index: number): void {
    if (index === this.#current) this.#current = (index + 1) % this.#urls.length
  }
}

interface Address {
  readonly urls: readonly string[]
  readonly mustWrite: boolean
}

function readAddress(url: string): Address {
  const match = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)([^?#]*)(?:\?(.*))?$/.exec(url)
  // What is not of this form is the driver's to refuse.
  if (!match) return { urls: [url], mustWrite: false }
  const [, start = '', authority = '', path = '', query = ''] = match
  const parameters = new URLSearchParams(query)
  const attribute = parameters.get('target_session_attrs')
  parameters.delete('target_session_attrs')
  const hosts = hostsOf(authority, query)
  if (attribute !== null && !attributes.some((known) => known === attribute)) {
    const message = `target_session_attrs of the database address must be one of ${attributes.join(', ')}`
    throw new Fault('DATABASE_URL', message, { details: { attribute } })
  }
  const mustWrite = attribute === null ? hosts.length > 1 : attribute !== 'any'
  // One server stays as it was written, for its form may be one that only the driver knows.
  if (hosts.length === 1 && attribute === null) return { urls: [url], mustWrite }
  return { urls: hosts.map((host) => urlOf({ start, path, parameters, host })), mustWrite }
}

interface Host {
  readonly authority: string
  /** A host in the query, which may be the folder of a Unix socket. */
  readonly host: string | undefined
  readonly port: string | undefined
}

function hostsOf(authority: string, query: string): Host[] {
  const named = listOf(query, 'host')
  if (named === undefined) {
    return authority.split(',').map((each) => ({ authority: each, host: undefined, port: undefined }))
  }
  const ports = listOf(query, 'port') ?? []
  if (ports.length > 1 && ports.length !== named.length) {
    throw new Fault('DATABASE_URL', 'the database address names as many ports as hosts, or one for all of them')
  }
  return named.map((host, index) => ({ authority, host, port: ports[index] ?? ports[0] }))
}

/** Split before it is decoded: an encoded comma belongs to the name of a folder. */
function listOf(query: string, name: string): string[] | undefined {
  const part = query.split('&').find((each) => each.startsWith(`${name}=`))
  return part
    ?.slice(name.length + 1)
    .split(',')
    .map((each) => new URLSearchParams(`value=${each}`).get('value') ?? '')
}

function urlOf(o: { start: string; path: string; parameters: URLSearchParams; host: Host }): string {
  const parameters = new URLSearchParams(o.parameters)
  if (o.host.host !== undefined) parameters.set('host', o.host.host)
  if (o.host.port !== undefined) parameters.set('port', o.host.port)
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`
  return `${o.start}${o.host.authority}${o.path}${query}`
}
