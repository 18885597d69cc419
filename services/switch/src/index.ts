export { createSwitch, type Route, type SwitchOptions } from './create-switch.ts'
export type { ZonePin } from './translate-pin.ts'
