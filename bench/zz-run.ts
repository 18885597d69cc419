import { benchCodec } from './codec.ts'
for (const r of await benchCodec()) console.log(r.name, Math.round(r.median), Math.round(r.min), Math.round(r.max), 'base', Math.round(r.baseline!), 'ratio', r.ratio!.toFixed(2))
