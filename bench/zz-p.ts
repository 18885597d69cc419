import { compileDialect, dialects, Message } from '@shua/iso8583'
import { parseTlv } from '@shua/tlv'
const chip='9F2608665F082E1F3291C39F2701809F101307000103A0A000010A0100000100003D145EDF9F3704A1B2C3D49F36020001950500000080009A032601019C01009F02060000000123455F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F1E0830303030303030318408A0000003330101019F090200309F410400000001'
const f: any={2:'6225880000000001',3:'000000',4:10000n,7:'0601101500',11:'000002',12:'101612',13:'0601',14:'3012',18:'5411',22:'051',23:'001',25:'00',32:'48020000',35:'6225880000000001=30122011234567890',37:'060100000002',41:'10000001',42:'898110015411234',43:'SHUA DEMO SHOP            SHANGHAI    CN',49:'156',52:Buffer.from('D8B0CC70AD13CC4C','hex'),55:parseTlv(Buffer.from(chip,'hex')).map(({tag,value})=>({id:tag,value}))}
const codec=compileDialect(dialects.iso87Ascii)
const build=(skip:number[]=[])=>{const m=new Message('0200');for(const k of Object.keys(f))if(!skip.includes(+k))m.set(+k,f[k]);return codec.pack(m)}
function t(name:string,w:()=>number){let best=1e9;for(let r=0;r<7;r++){const n=20000;const s=process.cpuUsage();let x=0;for(let i=0;i<n;i++)x+=w();const c=process.cpuUsage(s);best=Math.min(best,(c.user+c.system)*1000/n)}console.log(name.padEnd(30),best.toFixed(0),'ns')}
const full=build(), no55=build([55]), only=build(Object.keys(f).map(Number).filter(k=>k!==55)), none=build(Object.keys(f).map(Number)), few=build([2,3,4,7,11,12,13,14,18,22,23,25,32,35,37,41,42,43,49,55]) , amt=build(Object.keys(f).map(Number).filter(k=>k!==4)), txt=build([4,52,55])
const keys=Object.keys(f).map(Number)
t('full',()=>codec.unpack(full).mti.length)
t('full+get all',()=>{const m=codec.unpack(full);let n=0;for(const k of keys)if(m.get(k)!==undefined)n++;return n})
t('no55',()=>codec.unpack(no55).mti.length)
t('only55',()=>codec.unpack(only).mti.length)
t('only55+get',()=>codec.unpack(only).get(55)!==undefined?1:0)
t('none',()=>codec.unpack(none).mti.length)
t('only 52',()=>codec.unpack(few).mti.length)
t('only 4',()=>codec.unpack(amt).mti.length)
t('18 text fields',()=>codec.unpack(txt).mti.length)
t('pack full',()=>build().length)
import { createRequire } from 'node:module'
const O=createRequire(import.meta.url)('iso_8583')
const data:any={0:'0200'};for(const k of Object.keys(f))data[k]=k==='4'?'000000010000':k==='52'?'D8B0CC70AD13CC4C':k==='55'?chip:f[k]
const r=new O(data).getRawMessage(); const o=new O()
t('other unpack shared',()=>o.getIsoJSON(r,{lenHeader:false})['55'].length)
t('other unpack new',()=>new O().getIsoJSON(r,{lenHeader:false})['55'].length)
t('other pack',()=>new O(data).getRawMessage().length)
