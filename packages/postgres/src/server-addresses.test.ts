import { describe, expect, it } from 'vitest'
import { ServerAddresses } from './server-addresses.ts'

function urlsOf(url: string): (string | undefined)[] {
  const addresses = new ServerAddresses(url)
  return Array.from({ length: addresses.count }, () => {
    const { index, config } = addresses.current
    addresses.failed(index)
    return config.connectionString
  })
}

describe('the servers of an address', () => {
  it.each([
    ['one server', 'postgres://u:p@one:5432/shua', ['postgres://u:p@one:5432/shua'], false],
    [
      'several servers',
      'postgresql://u:p@one:5432,two:5433,three/shua?sslmode=require',
      [
        'postgresql://u:p@one:5432/shua?sslmode=require',
        'postgresql://u:p@two:5433/shua?sslmode=require',
        'postgresql://u:p@three/shua?sslmode=require',
      ],
      true,
    ],
    [
      'several servers of which any will do',
      'postgres://one,two/shua?target_session_attrs=any',
      ['postgres://one/shua', 'postgres://two/shua'],
      false,
    ],
    [
      'one server that must not be a standby',
      'postgres://one/shua?target_session_attrs=read-write',
      ['postgres://one/shua'],
      true,
    ],
    [
      'servers in the query',
      'postgres://u:p@localhost/shua?host=/run/a,/run/b&port=5432',
      [
        'postgres://u:p@localhost/shua?host=%2Frun%2Fa&port=5432',
        'postgres://u:p@localhost/shua?host=%2Frun%2Fb&port=5432',
      ],
      true,
    ],
    [
      'a folder with a comma in its name',
      'postgres://u:p@localhost/shua?host=%2Frun%2Ca&port=5432',
      ['postgres://u:p@localhost/shua?host=%2Frun%2Ca&port=5432'],
      false,
    ],
    [
      'a folder in the query',
      'postgres://u:p@localhost/shua?host=%2Frun%2Fa&port=5432',
      ['postgres://u:p@localhost/shua?host=%2Frun%2Fa&port=5432'],
      false,
    ],
    [
      'addresses of version 6',
      'postgres://u@[::1]:5432,[::2]/shua',
      ['postgres://u@[::1]:5432/shua', 'postgres://u@[::2]/shua'],
      true,
    ],
    ['a password with a comma', 'postgres://u:a,b@one/shua', ['postgres://u:a,b@one/shua'], false],
    ['what only the driver knows', 'socket:/run/postgresql', ['socket:/run/postgresql'], false],
  ])('%s', (_, url, urls, mustWrite) => {
    expect(urlsOf(url)).toEqual(urls)
    expect(new ServerAddresses(url).mustWrite).toBe(mustWrite)
  })

  it.each([['postgres://one,two/shua?target_session_attrs=standby'], ['postgres:///shua?host=a,b,c&port=1,2']])(
    'refuses %s',
    (url) => {
      expect(() => new ServerAddresses(url)).toThrow(expect.objectContaining({ code: 'DATABASE_URL' }))
    },
  )

  it('moves on once when several connections find out at once', () => {
    const addresses = new ServerAddresses('postgres://one,two,three/shua')
    const { index } = addresses.current
    addresses.failed(index)
    addresses.failed(index)
    expect(addresses.current.config.connectionString).toBe('postgres://two/shua')
  })
})
