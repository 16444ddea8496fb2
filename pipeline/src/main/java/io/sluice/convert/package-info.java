/**
 * From a value as a format has it to the value that a column wants: whatever is written as a text,
 * a number or a list becomes the contract's type here, or is refused here, for all formats alike. A
 * format drives, and knows nothing of types; converters know nothing of formats.
 */
package io.sluice.convert;
