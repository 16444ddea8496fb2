/**
 * The format JSON: a decoder that reads what nearly all documents are by hand, one that reads any
 * by the library's tokenizer, and the plan of a contract's columns that both go by.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.json;
