// Chinese text on the wire is GBK (terminal-protocol §1.3).

import iconv from 'iconv-lite'

export function encodeGbk(text: string): Buffer {
  return iconv.encode(text, 'gbk')
}
