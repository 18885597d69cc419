// What DE 64 protects: everything from the MTI up to the MAC itself. In a message that was read already, or has just been packed,
// and that ends with its MAC, that is a cut; the codec would read the whole message again to find the place.

import type { Codec, Message } from '@shua/iso8583'

export function macPart(codec: Codec, message: Message, bytes: Buffer): { data: Buffer; mac: Uint8Array } {
  const { envelope, mac: macField } = codec.dialect
  const mac = macField === undefined ? undefined : message.bytes(macField.field)
  if (mac === undefined || message.lastField !== macField?.field) return codec.macInput(bytes)
  let start = 0
  for (const part of envelope ?? []) start += part.bytes
  const end = bytes.length - mac.length
  // A dialect may write the MAC in another encoding than its value's bytes.
  return bytes.subarray(end).equals(mac) ? { data: bytes.subarray(start, end), mac } : codec.macInput(bytes)
}
