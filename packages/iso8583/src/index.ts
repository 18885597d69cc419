export { type Codec } from './codec.ts'
export { compileDialect } from './compile-dialect.ts'
export type { DescribedFault, DescribedField, Description } from './describe.ts'
export type {
  BerTlvSpec,
  BitmappedSpec,
  BitmapSpec,
  BytesEncoding,
  CompositeSpec,
  Content,
  Dialect,
  EnvelopePart,
  FieldSpec,
  Mask,
  MtiSpec,
  PadSpec,
  PositionalSpec,
  PositionSpec,
  PrefixSpec,
  SequenceSpec,
  TaggedSpec,
  TextEncoding,
  Title,
  ValueSpec,
} from './dialect.ts'
export { dialects } from './dialects/dialects.ts'
export type { Composite, FieldValue, Subfield } from './field-value.ts'
export { isoFaultCodes, type IsoFaultCode } from './iso-fault.ts'
export { Message } from './message.ts'
export { mtiTitle } from './mti.ts'
