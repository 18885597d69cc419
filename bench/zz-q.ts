import { benchCodec } from './codec.ts'
for (const r of await benchCodec({runs: 8, runMs: 300, clock:'processor'})) console.log(r.name, Math.round(r.median), 'ratio', r.ratio!.toFixed(2))
