import { compileDialect, dialects, Message } from '@shua/iso8583'
import { parseTlv } from '@shua/tlv'
const chip='9F2608665F082E1F3291C39F2701809F101307000103A0A000010A0100000100003D145EDF9F3704A1B2C3D49F36020001950500000080009A032601019C01009F02060000000123455F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F1E0830303030303030318408A0000003330101019F090200309F410400000001'
const f={2:'6225880000000001',3:'000000',4:10000n,7:'0601101500',11:'000002',12:'101612',13:'0601',14:'3012',18:'5411',22:'051',23:'001',25:'00',32:'48020000',35:'6225880000000001=30122011234567890',37:'060100000002',41:'10000001',42:'898110015411234',43:'SHUA DEMO SHOP            SHANGHAI    CN',49:'156',52:Buffer.from('D8B0CC70AD13CC4C','hex'),55:parseTlv(Buffer.from(chip,'hex')).map(({tag,value})=>({id:tag,value}))}
const codec=compileDialect(dialects.iso87Ascii)
const v=Object.keys(f).map(k=>[+k,f[k]])
const mode=process.argv[2]
const m=new Message('0200');for(const [k,w] of v) if((mode!=='text'||![4,52,55].includes(k))&&(mode!=='o55'||k===55)&&(mode!=='o52'||k===52)&&(mode!=='o4'||k===4)&&(mode!=='none')) m.set(k,w)
const b=codec.pack(m)
const N=+process.argv[3]||1e6
let x=0
for(let r=0;r<3;r++){const s=process.cpuUsage()
if(mode==='pack')for(let i=0;i<N;i++){const m=new Message('0200');for(const [k,w] of v)m.set(k,w);x+=codec.pack(m).length}
else if(mode==='get')for(let i=0;i<N;i++){const m=codec.unpack(b);for(const [k] of v)if(m.get(k===55?'55.9F26':k)!==undefined)x++}
else for(let i=0;i<N;i++){const m=codec.unpack(b);x+=m.mti.length}
const u=process.cpuUsage(s);console.log(mode,((u.user+u.system)*1000/N).toFixed(0),'ns')}
