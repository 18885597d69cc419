import { describe, expect, it } from 'vitest'
import { readServerSettings } from './server-settings.ts'

describe('server settings', () => {
  it('has a default for everything and stays on loopback', () => {
    expect(readServerSettings({})).toEqual({
      host: '127.0.0.1',
      httpPort: 8080,
      terminalPort: 8583,
      dataDir: './.shua',
      databaseUrl: undefined,
      masterKeyFile: undefined,
      roles: new Set(['acquirer', 'switch', 'issuer', 'jobs', 'web', 'demo']),
      acquirer: undefined,
      logLevel: 'info',
      printer: undefined,
      open: false,
    })
  })

  it('reads every variable, and knows when listeners are open', () => {
    const settings = readServerSettings({
      SHUA_LISTEN: '0.0.0.0',
      SHUA_HTTP_PORT: '80',
      SHUA_TERMINAL_PORT: '0',
      SHUA_DATA_DIR: '/data',
      SHUA_LOG_LEVEL: 'debug',
      DATABASE_URL: 'postgresql://somewhere/shua',
      SHUA_PRINTER: 'printer.shop',
      SHUA_MASTER_KEY_FILE: '/keys/master-key',
      SHUA_ROLES: 'web,demo',
      SHUA_ACQUIRER: '[::1]:9583',
    })
    expect(settings).toMatchObject({
      open: true,
      httpPort: 80,
      terminalPort: 0,
      printer: { host: 'printer.shop', port: 9100 },
      masterKeyFile: '/keys/master-key',
      roles: new Set(['web', 'demo']),
      acquirer: { host: '::1', port: 9583 },
    })
  })

  it.each([
    ['SHUA_HTTP_PORT', '65536'],
    ['SHUA_HTTP_PORT', 'http'],
    ['SHUA_TERMINAL_PORT', '-1'],
    ['DATABASE_URL', 'mysql://x'],
    ['SHUA_LOG_LEVEL', 'loud'],
    ['SHUA_ACQUIRER', 'a b'],
    ['SHUA_ROLES', 'web'],
    ['SHUA_PRINTER', 'a b'],
    ['SHUA_PRINTER', 'host:port'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readServerSettings({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', path: name }),
    )
  })
})
