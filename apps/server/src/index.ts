export { createClearing, withClearing, type Clearing, type ListedShop } from './clearing/with-clearing.ts'
export { demoCards, demoTrack2, type DemoCardDefinition } from './demo/demo-cards.ts'
export { demoMerchants, demoTerminals, type DemoTerminalDefinition } from './demo/demo-terminals.ts'
export { loadDemo } from './demo/load-demo.ts'
export {
  loadMasterKey,
  loadMerchantId,
  loadPan,
  loadPin,
  loadProfile,
  loadTerminalId,
  loadTerminalsMax,
  loadTrack2,
  seedLoad,
  type LoadSeed,
} from './load-seed.ts'
export { networkMigrations, startNetwork, type Network, type NetworkOptions } from './network.ts'
export { resetDemo } from './reset-demo.ts'
export { runServer } from './run-server.ts'
export { readServerSettings, type ServerSettings } from './server-settings.ts'
export { startServer, type RunningServer } from './start-server.ts'
