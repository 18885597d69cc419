// Messages that carry no payment: sign-on, sign-off, echo, status, downloads, and the end of a batch.
// Source: terminal-protocol §2.1, 60.3 column.

export interface ManagementType {
  readonly mti: '0800' | '0820' | '0500' | '0320'
  /** DE 60.3 values that ask for it. */
  readonly networkCodes: readonly string[]
  readonly name: { readonly en: string; readonly zh: string }
}

export const managementTypes = {
  signOn: { mti: '0800', networkCodes: ['001', '003', '004', '005', '006'], name: { en: 'SIGN ON', zh: '签到' } },
  signOff: { mti: '0820', networkCodes: ['002'], name: { en: 'SIGN OFF', zh: '签退' } },
  echo: { mti: '0820', networkCodes: ['301'], name: { en: 'ECHO TEST', zh: '回响测试' } },
  statusReport: { mti: '0820', networkCodes: ['362'], name: { en: 'STATUS REPORT', zh: '状态上送' } },
  parameterDownload: { mti: '0800', networkCodes: ['360'], name: { en: 'PARAMETER DOWNLOAD', zh: '参数下载' } },
  parameterDownloadEnd: {
    mti: '0800',
    networkCodes: ['361'],
    name: { en: 'PARAMETER DOWNLOAD END', zh: '参数下载结束' },
  },
  stopListDownload: { mti: '0800', networkCodes: ['390'], name: { en: 'STOP LIST DOWNLOAD', zh: '止付名单下载' } },
  stopListDownloadEnd: {
    mti: '0800',
    networkCodes: ['391'],
    name: { en: 'STOP LIST DOWNLOAD END', zh: '止付名单下载结束' },
  },
  settlement: { mti: '0500', networkCodes: ['201'], name: { en: 'SETTLEMENT', zh: '批结算' } },
  batchUpload: { mti: '0320', networkCodes: ['201'], name: { en: 'BATCH UPLOAD', zh: '批上送' } },
  batchUploadEnd: { mti: '0320', networkCodes: ['202', '207'], name: { en: 'BATCH UPLOAD END', zh: '批上送结束' } },
} as const satisfies Record<string, ManagementType>

export type ManagementKind = keyof typeof managementTypes

/** The management kind of an MTI and DE 60.3; undefined when the dialect has none. */
export function managementKindOf(mti: string, networkCode: string): ManagementKind | undefined {
  return (Object.keys(managementTypes) as ManagementKind[]).find((kind) => {
    const type: ManagementType = managementTypes[kind]
    return type.mti === mti && type.networkCodes.includes(networkCode)
  })
}
