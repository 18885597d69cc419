export { assert, assertNever } from './assert.ts'
export { Fault, type FaultOptions } from './fault.ts'
