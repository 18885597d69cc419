export { currencies, currencyByNumericCode, type Currency } from './currency.ts'
export { add, formatAmount, isPositive, money, parseAmount, shareOf, subtract, type Money } from './money.ts'
