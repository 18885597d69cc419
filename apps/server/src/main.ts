// The entry of `npm start`.

import { explain, runServer } from './run-server.ts'

try {
  await runServer()
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
