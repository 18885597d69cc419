// What a DUKPT transaction key is used for. A request goes from the terminal to the host, a response comes back.

export type DukptPurpose = 'pin' | 'macRequest' | 'macResponse' | 'dataRequest' | 'dataResponse'
