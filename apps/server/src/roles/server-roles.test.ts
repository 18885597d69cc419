import { describe, expect, it } from 'vitest'
import { readRoles, serverRoles } from './server-roles.ts'

const alone = { sharedDatabase: false, acquirerElsewhere: false }
const among = { sharedDatabase: true, acquirerElsewhere: false }

describe('the roles of a process', () => {
  it.each([[undefined], [''], [' , ']])('%j is all of them', (text) => {
    expect([...readRoles(text, alone)]).toEqual(serverRoles)
  })

  it.each([
    ['acquirer,switch,issuer', alone],
    ['issuer, switch, acquirer, jobs', alone],
    ['acquirer,switch,issuer,web,demo', alone],
    ['web', among],
    ['jobs', among],
    ['web,jobs', among],
    ['web,demo', { sharedDatabase: true, acquirerElsewhere: true }],
  ])('%s make sense', (text, surroundings) => {
    expect([...readRoles(text, surroundings)].toSorted()).toEqual(text.split(/, ?/).toSorted())
  })

  it.each([
    ['a name that is no role', 'acquirer,switch,issuer,till', among, /'till' is no role; roles are acquirer, switch/],
    ['an acquirer without its issuer', 'acquirer,switch', among, /one database transaction.*add issuer/],
    ['an issuer alone', 'issuer,jobs', among, /add acquirer and switch/],
    ['web with a database of its own', 'web', alone, /DATABASE_URL/],
    ['jobs with a database of its own', 'jobs', alone, /DATABASE_URL/],
    ['demo terminals nobody can see', 'acquirer,switch,issuer,demo', alone, /web/],
    ['demo terminals without an acquirer', 'web,demo', among, /SHUA_ACQUIRER/],
  ])('refuses %s', (_, text, surroundings, message) => {
    expect(() => readRoles(text, surroundings)).toThrow(
      expect.objectContaining({
        code: 'SETTING_INVALID',
        path: 'SHUA_ROLES',
        message: expect.stringMatching(message) as string,
      }),
    )
  })
})
