// The entry of `npm start`.

import { explain, runServer } from './run-server.ts'

try {
  await runServer(process.argv.slice(2))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
