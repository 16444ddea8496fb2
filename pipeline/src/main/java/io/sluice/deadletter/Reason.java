package io.sluice.deadletter;

/** Why a record is a dead letter. */
public enum Reason {
  /** No value: null (a tombstone), no bytes, or nothing but white space. */
  EMPTY,
  NOT_UTF8,
  MALFORMED_JSON,
  /** Not written in the contract's format, where that is another than JSON. */
  MALFORMED,
  /** The registry has answered that it has no schema of the record's id. */
  SCHEMA_NOT_FOUND,
  /** The record's schema is none that can be read, or not of the contract's format. */
  UNUSABLE_SCHEMA,
  /** The record's schema does not allow what is in it. */
  SCHEMA_VIOLATION,
  /** A whole document with something behind it. */
  TRAILING_DATA,
  /** JSON, but not an object. */
  NOT_AN_OBJECT,
  /** One object has the same name twice. */
  DUPLICATE_KEY,
  TOO_LARGE,
  TOO_DEEP,
  /** A required field is absent or null. */
  MISSING_FIELD,
  WRONG_TYPE,
  /** The event time is not a time that the contract's format knows. */
  BAD_EVENT_TIME,
  /** The event time is further ahead of the record's Kafka timestamp than allowed. */
  FUTURE_EVENT_TIME,
  /** The event time is further behind the record's Kafka timestamp than allowed. */
  STALE_EVENT_TIME,
  /** A field that the contract does not name, where it says so. */
  UNKNOWN_FIELD,
  /** No contract of the topic is for it. */
  UNROUTED,
  /** A function of the contract's {@code transform} says so. */
  TRANSFORM_REJECTED,
  /** Of a dead letter that is tried again: what it has in place of its value is no value. */
  MASKED,
  /**
   * The decoder failed at it, which is a fault of Sluice, or a function of {@code transform} did: a
   * later version may accept it.
   */
  DECODER_FAILED
}
