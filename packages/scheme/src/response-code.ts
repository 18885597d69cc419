// DE 39 with its meaning and what to do next, in both languages (terminal-protocol §5).
// Outcome classes: approved · approvedConfirm (with a defect: confirm with the issuer) · retry · declined · operator · system.

export type ResponseClass = 'approved' | 'approvedConfirm' | 'retry' | 'declined' | 'operator' | 'system'

export interface ResponseCodeEntry {
  readonly class: ResponseClass
  readonly zh: string
  readonly en: string
  readonly actionZh: string
  readonly actionEn: string
}

const print = ['打印签购单', 'Print the receipt'] as const
const confirm = ['打印签购单，并请向发卡行确认', 'Print the receipt and confirm with the issuer'] as const
const otherCard = ['未扣款，请换一张卡', 'No money moved. Use another card'] as const
const retryLater = ['未扣款，请稍后重试', 'No money moved. Try again later'] as const
const callIssuer = ['未扣款，请持卡人联系发卡行', 'No money moved. The cardholder should call the issuer'] as const
const retain = ['未扣款，请留下卡片并联系收单行', 'No money moved. Keep the card and call the acquirer'] as const
const callAcquirer = ['未扣款，请联系收单行', 'No money moved. Call the acquirer'] as const
const checkEntry = ['未扣款，请核对后重新操作', 'No money moved. Check the entry and start again'] as const
const checkOriginal = ['未扣款，请核对原交易信息', 'No money moved. Check the original transaction'] as const
const signOn = ['未扣款，请重新签到后再试', 'No money moved. Sign on again and retry'] as const

type Action = readonly [string, string]

function entry(responseClass: ResponseClass, zh: string, en: string, action: Action): ResponseCodeEntry {
  return { class: responseClass, zh, en, actionZh: action[0], actionEn: action[1] }
}

export const responseCodes = {
  '00': entry('approved', '交易成功', 'Approved', print),
  '01': entry('declined', '请联系发卡行', 'Refer to card issuer', callIssuer),
  '02': entry('declined', '请联系发卡行（特殊条件）', 'Refer to card issuer, special condition', callIssuer),
  '03': entry('declined', '无效商户', 'Invalid merchant', callAcquirer),
  '04': entry('operator', '此卡应没收', 'Pick up card', retain),
  '05': entry('declined', '不予承兑', 'Do not honour', otherCard),
  '06': entry('system', '出错', 'Error', retryLater),
  '07': entry('operator', '特殊条件下没收卡', 'Pick up card, special condition', retain),
  '09': entry('retry', '请求正在处理中', 'Request in progress', retryLater),
  '10': entry('approved', '部分承兑', 'Approved for a partial amount', [
    '按实际承兑金额收款，余款另收',
    'Collect the rest by other means',
  ]),
  '11': entry('approved', '重要人物批准', 'Approved, VIP', print),
  '12': entry('declined', '无效交易', 'Invalid transaction', checkOriginal),
  '13': entry('retry', '无效金额', 'Invalid amount', [
    '未扣款，请重新输入金额',
    'No money moved. Enter the amount again',
  ]),
  '14': entry('retry', '无效卡号', 'Invalid card number', [
    '未扣款，请重新刷卡或换卡',
    'No money moved. Read the card again or use another',
  ]),
  '15': entry('declined', '无此发卡方', 'No such issuer', otherCard),
  '19': entry('declined', '请重新操作', 'Enter again', checkEntry),
  '20': entry('declined', '无效应答', 'Invalid response', retryLater),
  '21': entry('declined', '卡未激活', 'Card not activated', [
    '未扣款，请先激活此卡',
    'No money moved. Activate the card first',
  ]),
  '22': entry('declined', '操作有误或超出期限', 'Suspected malfunction or out of date', checkOriginal),
  '23': entry('declined', '不可接受的手续费', 'Unacceptable fee', callAcquirer),
  '25': entry('declined', '未找到原始交易', 'Original transaction not found', checkOriginal),
  '30': entry('declined', '报文格式错误', 'Format error', callAcquirer),
  '31': entry('declined', '不支持的发卡方', 'Bank not supported', otherCard),
  '33': entry('operator', '过期的卡，应没收', 'Expired card, pick up', retain),
  '34': entry('operator', '有作弊嫌疑，应没收', 'Suspected fraud, pick up', retain),
  '35': entry('operator', '请与收单行安全部门联系', 'Contact acquirer security', retain),
  '36': entry('operator', '受限制的卡', 'Restricted card, pick up', retain),
  '37': entry('operator', '请联系收单行，没收卡', 'Call acquirer, pick up', retain),
  '38': entry('operator', '密码错误次数超限', 'PIN tries exceeded, pick up', callIssuer),
  '39': entry('declined', '无此信用卡账户', 'No credit account', otherCard),
  '40': entry('declined', '不支持的交易', 'Function not supported', callAcquirer),
  '41': entry('operator', '挂失的卡', 'Lost card', retain),
  '42': entry('retry', '无此账户', 'No such account', otherCard),
  '43': entry('operator', '被窃的卡', 'Stolen card', retain),
  '44': entry('declined', '无此投资账户', 'No investment account', otherCard),
  '45': entry('declined', '请使用芯片', 'Use the chip', [
    '未扣款，请插入芯片卡',
    'No money moved. Insert the chip card',
  ]),
  '51': entry('declined', '余额不足', 'Insufficient funds', [
    '未扣款，请换卡或减少金额',
    'No money moved. Use another card or a smaller amount',
  ]),
  '52': entry('declined', '无此支票账户', 'No cheque account', otherCard),
  '53': entry('declined', '无此储蓄账户', 'No savings account', otherCard),
  '54': entry('declined', '卡已过期或有效期错误', 'Expired card or wrong expiry date', otherCard),
  '55': entry('retry', '密码错误', 'Wrong PIN', ['未扣款，请重新输入密码', 'No money moved. Enter the PIN again']),
  '56': entry('declined', '无此卡记录', 'No card record', otherCard),
  '57': entry('declined', '此卡不能办理该交易', 'Not permitted to cardholder', otherCard),
  '58': entry('declined', '终端无权办理该交易', 'Not permitted to terminal', callAcquirer),
  '59': entry('declined', '卡片校验错误', 'Card verification failed', otherCard),
  '60': entry('declined', '请与收单行安全部门联系', 'Contact acquirer security', callAcquirer),
  '61': entry('declined', '金额超限', 'Exceeds amount limit', [
    '未扣款，请减少金额或换卡',
    'No money moved. Use a smaller amount or another card',
  ]),
  '62': entry('declined', '受限制的卡', 'Restricted card', callIssuer),
  '63': entry('declined', '违反安全规定', 'Security violation', callAcquirer),
  '64': entry('declined', '与原交易金额不符', 'Original amount differs', [
    '未扣款，请核对原交易金额',
    'No money moved. Check the original amount',
  ]),
  '65': entry('declined', '交易次数超限', 'Exceeds count limit', otherCard),
  '66': entry('declined', '请联系收单行安全部门', 'Call acquirer security', callAcquirer),
  '67': entry('operator', '没收卡', 'Hard capture', retain),
  '68': entry('declined', '应答超时', 'Response received too late', retryLater),
  '75': entry('declined', '密码错误次数超限', 'PIN tries exceeded', callIssuer),
  '77': entry('operator', '请重新签到', 'Sign on again', signOn),
  '79': entry('declined', '脱机交易对账不平', 'Offline reconciliation failed', [
    '请重传脱机数据',
    'Upload the offline data again',
  ]),
  '90': entry('declined', '系统正在切换或结算', 'Cut-over or settlement in progress', retryLater),
  '91': entry('declined', '发卡方状态不正常', 'Issuer not available', retryLater),
  '92': entry('declined', '发卡方线路异常', 'Issuer cannot be reached', retryLater),
  '93': entry('declined', '交易违法，不能完成', 'Violation of law', callAcquirer),
  '94': entry('declined', '重复交易', 'Duplicate transaction', ['请结算并重新签到', 'Settle, then sign on again']),
  '95': entry('declined', '对账控制错误', 'Reconciliation error', callAcquirer),
  '96': entry('declined', '系统异常，请稍后重试', 'System malfunction', retryLater),
  '97': entry('operator', '终端未登记', 'Terminal not registered', [
    '请核对终端号和商户号，或联系收单行登记',
    'Check terminal and merchant numbers, or have the acquirer register the terminal',
  ]),
  '98': entry('system', '未收到发卡方应答', 'No answer from issuer', [
    '结果未知，系统将自动冲正',
    'Outcome unknown; it is reversed automatically',
  ]),
  '99': entry('retry', '密码格式错误', 'PIN format error', signOn),
  A0: entry('retry', 'MAC 校验错误', 'MAC error', signOn),
  A1: entry('declined', '转账货币不一致', 'Transfer currency mismatch', checkEntry),
  A2: entry('approvedConfirm', '交易成功，请向发卡行确认', 'Approved, confirm with issuer', confirm),
  A3: entry('declined', '账户不正确', 'No account to transfer to', checkEntry),
  A4: entry('approvedConfirm', '交易成功，请向发卡行确认', 'Approved, confirm with issuer', confirm),
  A5: entry('approvedConfirm', '交易成功，请向发卡行确认', 'Approved, confirm with issuer', confirm),
  A6: entry('approvedConfirm', '交易成功，请向发卡行确认', 'Approved, confirm with issuer', confirm),
  A7: entry('system', '安全处理失败', 'Security processing failed', retryLater),
} as const satisfies Record<string, ResponseCodeEntry>

export type ResponseCode = keyof typeof responseCodes

const unknownCode = entry('declined', '交易失败', 'Declined', callAcquirer)

/** The entry of a DE 39 value; an unknown code is a decline, as §5 says. */
export function describeResponseCode(code: string): ResponseCodeEntry {
  return Object.hasOwn(responseCodes, code) ? responseCodes[code as ResponseCode] : unknownCode
}

/** Whether the answer means that the transaction took effect. */
export function isApproval(code: string): boolean {
  const { class: responseClass } = describeResponseCode(code)
  return responseClass === 'approved' || responseClass === 'approvedConfirm'
}

/**
 * Codes on which a reversal is finished: done, or nothing left to do (terminal-protocol §4.1). 01 is among them because the
 * host answers it when the original had been declined (§4.2): a terminal that lost the decline must not go on reversing.
 */
export function endsReversal(code: string): boolean {
  return code === '00' || code === '25' || code === '12' || code === '01'
}
